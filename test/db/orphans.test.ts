import { describe, expect, test } from "vitest";
import { column, type Installation, value } from "../support/installed.ts";
import {
  failureOf,
  ofSessions,
  SHOP_WITHOUT_KEYS,
  type Unfinished,
  withUnfinished,
} from "../support/unfinished.ts";

const CART = "table: carts, by: session_sid";
const ROWS = `
  insert into session values ('here', '{}', 'infinity');
  insert into carts (session_sid) values ('here'), ('gone'), (null), ('gone'), ('lost');`;

const sids = (db: Unfinished) => column(db, "select session_sid from carts order by id");
const validated = (db: Unfinished) =>
  value(db, "select bool_and(convalidated) from pg_constraint where conname like 'lastwill%fkey'");

/** Runs a test on carts, three of which belong to sessions that are gone. */
const shop = (
  edge: string,
  run: (db: Unfinished) => Promise<void>,
  { before = ROWS, schema = SHOP_WITHOUT_KEYS }: Installation = {},
) => withUnfinished({ manifest: ofSessions(edge), before, schema }, run);

describe("stop, which is the default,", () => {
  test("says how many orphans there are, which, and what to do, and never a session's key", () =>
    shop(`{ ${CART} }`, async (db) => {
      const { code, message, detail, hint } = await failureOf(db.finish());
      expect({ code, message, detail, hint }).toMatchInlineSnapshot(`
        {
          "code": "23503",
          "detail": "Their id: 2, 4, 5.",
          "hint": "Write orphans: delete (or set_null, to keep them) beside session.carts in the manifest, run gen-migrations, and migrate up again. Or let go of them by hand: delete from only public.carts as owned where owned.session_sid is not null and not exists (select from only public.session as parent where parent.sid = owned.session_sid);",
          "message": "public.carts: 3 rows name a row of public.session that is not there",
        }
      `);
    }));

  test("changes nothing, and goes on when they have been let go of as its hint says", () =>
    shop(`{ ${CART} }`, async (db) => {
      const { hint = "" } = await failureOf(db.finish());
      expect(await sids(db)).toEqual(["here", "gone", null, "gone", "lost"]);
      expect(await failureOf(db.finish())).toMatchObject({ code: "23503", hint });
      await db.query(/by hand: (.*;)$/.exec(hint)?.[1] ?? "");
      await db.finish();
      expect(await sids(db)).toEqual(["here", null]);
      expect(await validated(db)).toBe(true);
    }));

  test("unties by its hint what may outlive its owner", () =>
    shop(`{ ${CART}, keep_when: id > 2 }`, async (db) => {
      const { hint = "" } = await failureOf(db.finish());
      await db.query(/by hand: (.*;)$/.exec(hint)?.[1] ?? "");
      await db.finish();
      expect(await sids(db)).toEqual(["here", null, null, null, null]);
    }));

  test("shows five of them at most", () =>
    shop(
      `{ ${CART} }`,
      async (db) => {
        expect(await failureOf(db.finish())).toMatchObject({
          message: "public.carts: 7 rows name a row of public.session that is not there",
          detail: "Their id: 1, 2, 3, 4, 5, …",
        });
      },
      { before: "insert into carts (session_sid) select 'gone' from generate_series(1, 7)" },
    ));

  test("counts no further than anybody needs", () =>
    shop(
      `{ ${CART} }`,
      async (db) => {
        expect(await failureOf(db.finish())).toMatchObject({
          message:
            "public.carts: 100,000 or more rows name a row of public.session that is not there",
        });
      },
      { before: "insert into carts (session_sid) select 'gone' from generate_series(1, 100001)" },
    ));

  test("shows no column that holds the session's key, be it a part of the row's own", () =>
    shop(
      "{ table: lines, by: sid }",
      async (db) => {
        const failure = await failureOf(db.finish());
        expect(failure).toMatchObject({ code: "23503", detail: "Their (cart, line): (7, 1)." });
        expect(`${failure.message} ${failure.hint}`).not.toContain("secret");
      },
      {
        schema: `${SHOP_WITHOUT_KEYS} create table lines (sid text, cart integer, line integer, primary key (sid, cart, line))`,
        before: "insert into lines values ('secret', 7, 1)",
      },
    ));

  test("shows nothing of rows that have no other key", () =>
    shop(
      "{ table: profiles, by: sid }",
      async (db) => {
        const failure = await failureOf(db.finish());
        expect(failure.code).toBe("23503");
        expect(failure.detail).toBeUndefined();
        expect(`${failure.message} ${failure.hint}`).not.toContain("secret");
      },
      {
        schema: `${SHOP_WITHOUT_KEYS} create table profiles (sid text primary key)`,
        before: "insert into profiles values ('secret')",
      },
    ));

  test("of a managed owner says first that its sessions are to be touched", () =>
    withUnfinished(
      {
        manifest:
          "cron: none\nowners: { visit: { managed: true, owns: [{ table: carts, by: session_sid }] } }",
        schema: SHOP_WITHOUT_KEYS,
        before: ROWS,
      },
      async (db) => {
        const { code, hint = "" } = await failureOf(db.finish());
        expect(code).toBe("23503");
        expect(hint).toMatch(/^lastwill.visit is empty until lastwill.touch_visit\(\) is called/);
        await db.query("select lastwill.touch_visit('here', '1 hour')");
        await db.query(/migrate up again: (.*;)$/.exec(hint)?.[1] ?? "");
        await db.finish();
        expect(await sids(db)).toEqual(["here", null]);
      },
    ));
});
