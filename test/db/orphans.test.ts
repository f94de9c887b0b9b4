import { describe, expect, test } from "vitest";
import { column, SHOP_SCHEMA, value } from "../support/installed.ts";
import { type Unfinished, withUnfinished } from "../support/unfinished.ts";

/** The shop with one edge more closely described. */
function shop(edges: string): string {
  return `
cron: none
owners:
  session:
    store: connect-pg-simple
    sweep: { hold_over: 1 }
    owns:
${edges.replace(/^\n/, "").replaceAll(/^/gm, "      ")}`;
}

const ROWS = `
  insert into session values ('here', '{}', 'infinity');
  insert into carts (session_sid) values ('here'), ('gone'), (null), ('gone'), ('lost');
  insert into cart_items (cart_id) select id from carts`;

async function failureOf(work: Promise<unknown>): Promise<Record<string, unknown>> {
  return work.then(
    () => ({}),
    (error: unknown) => error as Record<string, unknown>,
  );
}

const carts = (db: Unfinished) => column(db, "select id::integer from carts order by id");

describe("stop", () => {
  test("smoke", () =>
    withUnfinished(
      { manifest: shop("- { table: carts, by: session_sid }"), before: ROWS },
      async (db) => {
        const failure = await failureOf(db.finish());
        console.log(failure);
      },
    ));
  test("smoke delete", () =>
    withUnfinished(
      { manifest: shop("- { table: carts, by: session_sid, orphans: delete, owns: [{table: cart_items, by: cart_id}] }"), schema: SHOP_SCHEMA.replace("references carts",""), before: ROWS },
      async (db) => {
        const failure = await failureOf(db.finish());
        console.log(failure, await carts(db));
      },
    ));
});
