import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { drafts, login, value, withInstalled } from "../support/installed.ts";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

const FAQ = read("docs/faq.md");
/** The example shop, which readers have. */
const EXAMPLE = {
  manifest: read("ownership.yaml"),
  schema: read("migrations/0001_shop.sql").split("-- Down Migration")[0] ?? "",
};
const TESTING = /^## How do I test with it\?$(.*?)^## /ms.exec(FAQ)?.[1] ?? "";

describe("what the questions say to run in tests of an application", () => {
  test("ends the draft in a transaction that is rolled back", () =>
    withInstalled(EXAMPLE, async (db) => {
      const sql = /^```sql\n(.*?)^```$/ms.exec(TESTING)?.[1] ?? "";
      const [shown, rest] = sql.split(/(?<=from drafts;).*\n/);
      const left = await db.query<{ count: string }>(shown ?? "");
      expect(left).toEqual([{ count: "0" }]);
      await db.query(rest ?? "");
      expect(await value(db, "select count(*)::integer from session")).toBe(0);
    }));

  test("truncates what belongs together, and is rid of what waits", () =>
    withInstalled(EXAMPLE, async (db) => {
      await db.query("insert into drafts default values");
      await login(db, "s", { draftId: 1 });
      await db.query(`
        insert into carts (session_sid) values ('s');
        insert into cart_items (cart_id, product) values (1, 'tea')`);
      const [truncate, clear] = ["truncate", "delete from lastwill"].map(
        (verb) => new RegExp(`\`(${verb}[^\`]+)\``).exec(TESTING)?.[1] ?? "",
      );
      await db.query(truncate ?? "");
      expect(await drafts(db)).toEqual([]);
      expect(await value(db, "select count(*)::integer from lastwill.released")).toBe(1);
      await db.query(clear ?? "");
      expect(await value(db, "select count(*)::integer from lastwill.released")).toBe(0);
    }));
});
