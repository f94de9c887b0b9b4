import { expect } from "vitest";
import { askObjects } from "../../src/health/ask-objects.ts";
import { compareThings } from "../../src/health/compare.ts";
import { readLock } from "../../src/plan/lock.ts";
import { type TestDatabase, withDatabase } from "../support/database.ts";
import { plainDump } from "../support/psql.ts";
import { schemaText } from "../support/schema-text.ts";

/** `check` finds all of a lock installed, by definitions and where it may only read, and changes nothing. */
export async function expectInstalled(db: TestDatabase, lock: string | undefined): Promise<void> {
  const { objects } = readLock(lock ?? "", "ownership.lock.json");
  const before = await schemaText(db);
  const client = await db.connect();
  try {
    const asked = await askObjects(client, objects);
    expect(asked.by).toBe("definitions");
    expect(asked.wanted.length).toBeGreaterThan(60);
    expect(compareThings(asked)).toEqual([]);
    await client.query("set default_transaction_read_only = on");
    const stamped = await askObjects(client, objects);
    expect(stamped.by).toBe("stamps");
    expect(compareThings(stamped)).toEqual([]);
  } finally {
    await client.end();
  }
  expect(await schemaText(db)).toBe(before);
}

/** The same once the database was dumped and restored, which words views in another way. */
export async function expectInstalledOnceRestored(
  db: TestDatabase,
  lock: string | undefined,
): Promise<void> {
  const dump = await plainDump(db.url, "-s");
  await withDatabase(async (other) => {
    await other.query(dump.replaceAll(/^\\.*$/gm, "").replace("CREATE SCHEMA public;", ""));
    await other.query("reset all");
    await expectInstalled(other, lock);
  });
}
