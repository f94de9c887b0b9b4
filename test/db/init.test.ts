import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { initCommand } from "../../src/commands/init.ts";
import { type TestDatabase, withDatabase } from "../support/database.ts";
import { makeRails, SHOP, SIXTY } from "../support/init-databases.ts";

async function written(db: TestDatabase): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "lw-init-"));
  try {
    const manifest = join(folder, "ownership.yaml");
    expect(await initCommand({ manifest, database: db.url })).toBe(0);
    return readFileSync(manifest, "utf8");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("shop", () =>
  withDatabase(async (db) => {
    await db.query(SHOP);
    console.log(await written(db));
  }));
test("rails", () =>
  withDatabase(async (db) => {
    await makeRails(db);
    console.log(await written(db));
  }));
test("sixty", () =>
  withDatabase(async (db) => {
    await db.query(SIXTY);
    console.log(await written(db));
  }));
