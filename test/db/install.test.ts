import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { withDatabase } from "../support/database.ts";
import {
  column,
  drafts,
  expire,
  generateFrom,
  type Installed,
  installInto,
  login,
  migrateFolder,
  SHOP_MANIFEST,
  SHOP_SCHEMA,
  settle,
  value,
  withInstalled,
} from "../support/installed.ts";

describe("sessions from before the installation", () => {
  test("own what they name, thousands of them, and end with it", () =>
    withInstalled(
      {
        before: `
          insert into drafts (id) select generate_series(1, 1201);
          insert into session
          select 's' || n, json_build_object('draftId', n), 'infinity' from generate_series(1, 1200) as n;
          insert into carts (session_sid) select sid from session`,
      },
      async (db) => {
        expect(await value(db, "select count(*)::integer from lastwill.session_drafts")).toBe(1200);
        await expire(db, "sid <> 's5'");
        await db.query("call lastwill.sweep()");
        expect(await drafts(db)).toEqual([5, 1201]);
        expect(await column(db, "select session_sid from carts")).toEqual(["s5"]);
      },
    ));

  test("with data that cannot be read are counted", () =>
    withInstalled(
      { before: `insert into session values ('s', '{"draftId": 1e999999}', 'infinity')` },
      async (db) => {
        expect(await value(db, "select undecodable::integer from lastwill.status")).toBe(1);
      },
    ));

  test("are tied once, however often the backfill is called", () =>
    withInstalled(
      {
        before: `
          insert into drafts (id) values (1);
          insert into session values ('s', '{"draftId": 1}', 'infinity')`,
      },
      async (db) => {
        await db.query("call lastwill.session_backfill()");
        expect(await column(db, "select owned_key from lastwill.session_drafts")).toEqual(["1"]);
        expect(await column(db, "select owned_key from lastwill.released")).toEqual([]);
      },
    ));
});

describe("a foreign key that was there already and does not cascade", () => {
  const SCHEMA = `${SHOP_SCHEMA}
    alter table carts add constraint cart_session foreign key (session_sid) references session on delete set null`;

  test("is replaced by one that does", () =>
    withInstalled({ schema: SCHEMA }, async (db) => {
      expect(await foreignKeys(db)).toEqual([
        "FOREIGN KEY (session_sid) REFERENCES session(sid) ON UPDATE CASCADE ON DELETE CASCADE",
      ]);
      await login(db, "a");
      await db.query("insert into carts (session_sid) values ('a'); delete from session");
      expect(await column(db, "select id from carts")).toEqual([]);
    }));

  test("is there again after going down, and nothing of ours", () =>
    withInstalled({ schema: SCHEMA }, async (db) => {
      await login(db, "a", { draftId: 1 });
      await db.query("insert into carts (session_sid) values ('a')");
      await migrateFolder(db, db.folder, "down");
      expect(await foreignKeys(db)).toEqual([
        "FOREIGN KEY (session_sid) REFERENCES session(sid) ON DELETE SET NULL",
      ]);
      expect(await value(db, "select to_regnamespace('lastwill')")).toBeNull();
      expect(await column(db, "select session_sid from carts")).toEqual(["a"]);
      await db.query("delete from session");
      expect(await column(db, "select session_sid from carts")).toEqual([null]);
    }));
});

async function foreignKeys(db: Installed): Promise<unknown[]> {
  return column(
    db,
    "select pg_get_constraintdef(oid) from pg_constraint where contype = 'f' and conrelid = 'carts'::regclass",
  );
}

test("carts of sessions that are gone stop the migration with a clear error, and it can go on", () =>
  withDatabase(async (empty) => {
    const before = `
      insert into session values ('a', '{"draftId": 1}', 'infinity');
      insert into drafts (id) values (1);
      insert into carts (session_sid) values ('a'), ('gone')`;
    let failure: unknown;
    await installInto(empty, { before }, async () => undefined).catch((error: unknown) => {
      failure = error;
    });
    expect(failure).toMatchObject({ code: "23503", detail: "Their id: 2." });

    // All that came before it stands, and no row was touched.
    expect(await column(empty, "select session_sid from carts order by id")).toEqual(["a", "gone"]);
    expect(await value(empty, "select to_regclass('lastwill.owned') is not null")).toBe(true);
    await expect(
      empty.query("insert into carts (session_sid) values ('nobody')"),
    ).rejects.toMatchObject({ code: "23503" });

    await empty.query("delete from carts where session_sid = 'gone'");
    await resume(empty);
    expect(await column(empty, "select owned_key from lastwill.session_drafts")).toEqual(["1"]);
    expect(
      await column(
        empty,
        "select convalidated from pg_constraint where conname like 'lastwill%fkey'",
      ),
    ).toEqual([true, true]);
  }));

/** Migrates on from a folder with the same files. */
async function resume(db: Parameters<typeof migrateFolder>[0]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "lw-resume-"));
  try {
    await withDatabase(async (fresh) => {
      await fresh.query(SHOP_SCHEMA);
      const { files } = await generateFrom(fresh, SHOP_MANIFEST);
      for (const file of files) writeFileSync(join(folder, file.name), file.text);
    });
    await migrateFolder(db, folder, "up");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("what waited out its grace when the migrations are taken down stays for good", () =>
  withInstalled({}, async (db) => {
    await db.query("insert into drafts (id) values (1), (2)");
    await login(db, "a", { draftId: 1 });
    await db.query("delete from session");
    await migrateFolder(db, db.folder, "down");
    expect(await drafts(db)).toEqual([1, 2]);
    await migrateFolder(db, db.folder, "up");
    await settle(db);
    expect(await drafts(db)).toEqual([1, 2]);
  }));
