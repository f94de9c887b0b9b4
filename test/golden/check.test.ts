import { describe, expect, inject, test } from "vitest";
import { askObjects } from "../../src/health/ask-objects.ts";
import { compareThings } from "../../src/health/compare.ts";
import type { Finding } from "../../src/health/finding.ts";
import { readLock } from "../../src/plan/lock.ts";
import { type TestDatabase, withDatabase } from "../support/database.ts";
import { plainDump } from "../support/psql.ts";
import { advance, type Generated, goldenCases, inFolder, nothing, schemaOf } from "./golden.ts";

/** What `check` says of a lock's objects. */
async function findingsIn(db: TestDatabase, { lock = "" }: Generated): Promise<Finding[]> {
  const client = await db.connect();
  try {
    const objects = await askObjects(client, readLock(lock, "ownership.lock.json").objects);
    expect(objects.by).toBe("definitions");
    await client.query("set default_transaction_read_only = on");
    const stamped = await askObjects(client, readLock(lock, "ownership.lock.json").objects);
    expect(stamped.by).toBe("stamps");
    expect(compareThings(stamped)).toEqual([]);
    expect(objects.wanted.length).toBeGreaterThan(60);
    return compareThings(objects);
  } finally {
    await client.end();
  }
}

describe.each([...goldenCases("install"), ...goldenCases("change")])("$name", (golden) => {
  test("check finds all of it installed, leaves the database as it was, and finds the same after a restore", () =>
    withDatabase(async (db) => {
      await db.query(golden.schema);
      await inFolder(async (folder) => {
        let generated: Generated = nothing;
        for (const manifest of golden.manifests) {
          generated = await advance({ db, folder }, manifest, generated);
          const before = await schemaOf(db);
          expect(await findingsIn(db, generated)).toEqual([]);
          expect(await schemaOf(db)).toBe(before);
        }
        if (inject("pgDump") === null) return;
        await restored(db, async (copy) => expect(await findingsIn(copy, generated)).toEqual([]));
      });
    }));
});

function restored(db: TestDatabase, use: (restored: TestDatabase) => Promise<void>): Promise<void> {
  return withDatabase(async (other) => {
    const dump = await plainDump(db.url, "-s");
    await other.query(dump.replaceAll(/^\\.*$/gm, "").replace("CREATE SCHEMA public;", ""));
    await other.query("reset all");
    await use(other);
  });
}
