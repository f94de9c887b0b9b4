import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { describe, expect, test } from "vitest";
import { column, value } from "../support/installed.ts";
import { newSeed, randomness } from "../support/randomness.ts";
import {
  failureOf,
  ofSessions,
  SHOP_WITHOUT_KEYS,
  type Unfinished,
  withUnfinished,
} from "../support/unfinished.ts";

const WHATS = ["delete", "set_null"] as const;

/** The shop in which carts 2, 3 and 4 name sessions that are gone, and so do as many more as are asked for. */
const shop = (orphans: string, run: (db: Unfinished) => Promise<void>, more = 0) =>
  withUnfinished(
    {
      manifest: ofSessions(
        `{ table: carts, by: session_sid, orphans: ${orphans}, owns: [{ table: cart_items, by: cart_id }] }`,
      ),
      schema: SHOP_WITHOUT_KEYS,
      before: `
        insert into session values ('here', '{}', 'infinity');
        insert into carts (session_sid) values ('here'), ('a'), ('b'), ('c');
        insert into carts (session_sid) select 'x' || n / 3 from generate_series(0, ${more - 1}) as n;
        insert into cart_items (cart_id) select id from carts`,
    },
    run,
  );

/** Carts with the session that each names: of those that are gone, or untied, nothing. */
const tied = (db: Unfinished) =>
  column(db, "select id || session_sid from carts where session_sid is not null order by id");
const validated = (db: Unfinished) =>
  value(db, "select bool_and(convalidated) from pg_constraint where conname like 'lastwill%fkey'");

async function holding(db: Unfinished, sql: string): Promise<pg.Client> {
  const holder = await db.connect();
  await holder.query(`begin; ${sql}`);
  return holder;
}

/** Whether work is done within a time that is plenty for it. */
async function isDone(work: Promise<unknown>, milliseconds = 2000): Promise<boolean> {
  return Promise.race([work.then(() => true), sleep(milliseconds).then(() => false)]);
}

const NEW_SESSION = "insert into session values ('a', '{}', 'infinity')";

describe.each(WHATS)("%s waits", (what) => {
  test("for a session that is just coming back, and leaves it its cart", () =>
    shop(what, async (db) => {
      const holder = await holding(db, NEW_SESSION);
      const finishing = db.finish();
      expect(await isDone(finishing)).toBe(false);
      await holder.query("commit");
      await finishing;
      expect(await tied(db)).toEqual(["1here", "2a"]);
    }));

  test("for a session that does not come back after all", () =>
    shop(what, async (db) => {
      const holder = await holding(db, NEW_SESSION);
      const finishing = db.finish();
      expect(await isDone(finishing)).toBe(false);
      await holder.query("rollback");
      await finishing;
      expect(await tied(db)).toEqual(["1here"]);
    }));

  test("for a cart that somebody holds, does the others meanwhile, and keeps nobody from writing", () =>
    shop(what, async (db) => {
      const holder = await holding(db, "update carts set session_sid = 'here' where id = 3");
      const finishing = db.finish();
      expect(await isDone(finishing)).toBe(false);
      expect(await tied(db)).toEqual(["1here", "3b"]);
      await db.query("set statement_timeout = '1s'; insert into session values ('n', '{}', now())");
      await holder.query("commit");
      await finishing;
      expect(await tied(db)).toEqual(["1here", "3here"]);
    }));
});

test("delete waits for what hangs on a cart and is held", () =>
  shop("delete", async (db) => {
    const holder = await holding(db, "select from cart_items where cart_id = 3 for update");
    const finishing = db.finish();
    expect(await isDone(finishing)).toBe(false);
    await holder.query("commit");
    await finishing;
    expect(await tied(db)).toEqual(["1here"]);
    expect(await value(db, "select count(*)::integer from cart_items")).toBe(1);
  }));

describe.each(WHATS)("%s that is cut off", (what) => {
  for (const cut of ["pg_terminate_backend", "pg_cancel_backend"]) {
    test(`by ${cut} has done what it had committed, and does the rest when it runs again`, () =>
      shop(
        what,
        async (db) => {
          const holder = await holding(db, "select from carts where id = 6000 for update");
          const client = await db.connect();
          const failing = failureOf(db.finish(client));
          const left = "select count(*)::integer from carts where session_sid like 'x%'";
          for (let tries = 0; (await value(db, left)) !== 1 && tries < 400; tries++)
            await sleep(25);
          expect(await value(db, left)).toBe(1);
          const pid = (client as unknown as { processID: number }).processID;
          await db.query(`select ${cut}($1)`, [pid]);
          await failing;
          expect(await validated(db)).toBe(false);
          await holder.query("commit");
          await db.finish();
          expect(await tied(db)).toEqual(["1here"]);
          expect(await validated(db)).toBe(true);
        },
        6000,
      ));
  }
});

describe("beside applications that give sessions back, and move carts about,", () => {
  const seed = newSeed();

  for (const what of WHATS) {
    test(`${what} takes no cart that a session has been shown, and leaves no orphan (seed ${seed})`, () =>
      shop(
        what,
        async (db) => {
          let running = true;
          const clients = await Promise.all([1, 2, 3, 4].map(() => db.connect()));
          const [mover, ...others] = clients;
          const working = [
            moves(mover as pg.Client, seed, () => running),
            ...others.map((client, number) => renews(client, seed + number, () => running)),
          ];
          await db.finish();
          running = false;
          const seen = (await Promise.all(working)).flat();
          const found = await column(db, "select id || session_sid from carts");
          expect(seen.length).toBeGreaterThan(0);
          expect(seen.filter((cart) => !found.includes(cart))).toEqual([]);
          expect(await validated(db)).toBe(true);
        },
        15_000,
      ));
  }
});

/** Inserts sessions that are gone anew, and gives the carts that each then saw as its own. */
async function renews(
  client: pg.Client,
  seed: number,
  isRunning: () => boolean,
): Promise<string[]> {
  const random = randomness(seed);
  const seen: string[] = [];
  while (isRunning()) {
    const sid = `x${random(5000)}`;
    await client.query("begin");
    await client.query("insert into session values ($1, '{}', 'infinity') on conflict do nothing", [
      sid,
    ]);
    const { rows } = await client.query(
      "select id || session_sid as cart from carts where session_sid = $1",
      [sid],
    );
    await sleep(random(10));
    await client.query("commit");
    seen.push(...rows.map(({ cart }) => cart as string));
    await sleep(random(20));
  }
  return seen;
}

/** Has carts stand on other pages, those ahead and those behind. */
async function moves(client: pg.Client, seed: number, isRunning: () => boolean): Promise<string[]> {
  const random = randomness(seed);
  while (isRunning()) {
    const from = random(15_000);
    await client.query(
      "update carts set note = repeat(md5(id::text), 20) where id between $1 and $1::integer + 10",
      [from],
    );
    await sleep(5);
  }
  return [];
}
