import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { column, installInto, value } from "../support/installed.ts";

type Kind = "column" | "polymorphic" | "through" | "data";
type Owner = "session" | "wish";

const KINDS: readonly Kind[] = ["column", "polymorphic", "through", "data"];

/** How one owner ties rows of a table: as the manifest says it, and as an application does it. */
interface Tie {
  readonly kind: Kind;
  readonly owner: Owner;
}

const SCHEMA = `
  create table session (sid text primary key, sess jsonb not null, expire timestamp not null);
  create table wish (sid text primary key, sess jsonb not null, expire timestamp not null);
  create table gone (kind text, id bigint);
  create table sabotage (id bigint);
  create function write_down() returns trigger language plpgsql as $$
  begin
    insert into gone values (tg_table_name, old.id);
    return old;
  end $$;
  -- Keeps whoever ends a row at it for as long as somebody else has the lock, and fails him then if
  -- the test wants so.
  create function hold() returns trigger language plpgsql set lock_timeout = 0 as $$
  begin
    perform pg_advisory_xact_lock_shared(1);
    if exists (select from sabotage) then
      raise exception 'sabotaged';
    end if;
    return old;
  end $$;`;

function tableSql(table: string, ties: readonly Tie[]): string {
  const columns = ties.flatMap(({ kind, owner }) =>
    kind === "column"
      ? [`${owner}_sid text`]
      : kind === "polymorphic"
        ? [`${owner}_key text`, `${owner}_type text`]
        : [],
  );
  const joins = ties.filter(({ kind }) => kind === "through");
  return `
    create table ${table} (${["id bigint primary key", "user_id bigint", ...columns].join(", ")});
    create trigger write_down after delete on ${table} for each row execute function write_down();
    create trigger hold before delete on ${table} for each row execute function hold();
    ${joins.map(({ owner }) => `create table ${table}_${owner} (sid text, row_id bigint);`).join(" ")}`;
}

function edge(table: string, { kind, owner }: Tie, more: object): object {
  const ways = {
    column: { by: `${owner}_sid` },
    polymorphic: {
      by: { column: `${owner}_key`, type_column: `${owner}_type`, type: owner },
    },
    through: { through: { table: `${table}_${owner}`, owner: "sid", owned: "row_id" } },
    data: { from: table },
  };
  return { table, ...ways[kind], ...more };
}

function tieSql(table: string, { kind, owner }: Tie, sid: string, id: number): string {
  switch (kind) {
    case "column":
      return `update ${table} set ${owner}_sid = '${sid}' where id = ${id}`;
    case "polymorphic":
      return `update ${table} set ${owner}_key = '${sid}', ${owner}_type = '${owner}' where id = ${id}`;
    case "through":
      return `insert into ${table}_${owner} values ('${sid}', ${id})`;
    case "data":
      return `update ${owner} set sess = sess || '{"${table}": ${id}}' where sid = '${sid}'`;
  }
}

function manifest(edges: Readonly<Record<string, readonly object[]>>): string {
  const owners = Object.entries(edges).map(([owner, owns]) => [
    owner,
    { store: "connect-pg-simple", table: owner, owns },
  ]);
  return JSON.stringify({ cron: "none", owners: Object.fromEntries(owners) });
}

/** A database for a whole group of tests, since each of them keeps to rows of its own. */
function database(schema: () => string, text: () => string): () => TestDatabase {
  let db: TestDatabase | undefined;
  beforeAll(async () => {
    db = await createDatabase();
    await installInto(db, { schema: schema(), manifest: text() }, async () => {});
  });
  afterAll(() => db?.close());
  return () => db as TestDatabase;
}

const idle = new Map<TestDatabase, pg.Client[]>();

/** A connection that nobody else uses; a used one, where there is one: in it the triggers are planned already. */
async function lend(db: TestDatabase): Promise<pg.Client> {
  return idle.get(db)?.pop() ?? db.connect();
}

/** Lets the next test have these connections as good as new. */
async function giveBack(db: TestDatabase, ...clients: pg.Client[]): Promise<void> {
  for (const client of clients)
    await client.query("rollback; reset all; select pg_advisory_unlock_all()");
  idle.set(db, [...(idle.get(db) ?? []), ...clients]);
}

let last = 0;
/** A number that no row and no owner has had. */
function next(): number {
  last += 1;
  return last;
}

async function begin(db: TestDatabase, owner: Owner, sid: string): Promise<void> {
  await db.query(
    `insert into ${owner} values ($1, '{}', now() at time zone 'UTC' + interval '1 hour')`,
    [sid],
  );
}

async function expire(db: TestDatabase, owner: Owner, sid: string): Promise<void> {
  await db.query(
    `update ${owner} set expire = now() at time zone 'UTC' - interval '1 hour' where sid = $1`,
    [sid],
  );
}

async function sweep(db: TestDatabase): Promise<void> {
  await db.query("call lastwill.sweep()");
}

/** Ends every grace and every pause after a failure, and sweeps. */
async function settle(db: TestDatabase): Promise<void> {
  await db.query("update lastwill.released set due_at = now()");
  await db.query("update lastwill.quarantine set next_try = now()");
  await sweep(db);
}

async function isThere(db: TestDatabase, table: string, id: number): Promise<boolean> {
  return (await value(db, `select exists (select from ${table} where id = $1)`, [id])) === true;
}

function pid(client: pg.Client): number {
  return (client as unknown as { processID: number }).processID;
}

/** Waits until a connection waits for another one. */
async function blocked(db: TestDatabase, client: pg.Client, by: pg.Client): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (await value(db, "select $2 = any(pg_blocking_pids($1))", [pid(client), pid(by)])) return;
    await sleep(10);
  }
  throw new Error("the connection does not wait for the other one");
}

/** Whether a query has to wait for another connection: gives false once it is through. */
async function waitsFor(
  db: TestDatabase,
  query: Promise<unknown>,
  client: pg.Client,
  by: pg.Client,
): Promise<boolean> {
  const through = query.then(
    () => false,
    () => false,
  );
  return Promise.race([through, blocked(db, client, by).then(() => true)]);
}

/** What became of a query, as its writer sees it: how many rows, or an error's code. */
type Seen = number | string;

function seen(query: Promise<pg.QueryResult>): Promise<Seen> {
  return query.then(
    ({ rows, rowCount }) => (rows[0] ? Number(Object.values(rows[0])[0]) : (rowCount ?? 0)),
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );
}

/** SCHEDULES=all runs each pair in every order under every isolation level, and takes twice as long. */
const ALL = process.env["SCHEDULES"] === "all";

describe.each(["10 minutes", 0])(
  "two owners of one row end at the same moment (grace %s):",
  (grace) => {
    const pairs = [
      ...KINDS.flatMap((one) =>
        KINDS.map((two) => ({
          table: `${one}_${two}`,
          ties: [
            { kind: one, owner: "session" },
            { kind: two, owner: "wish" },
          ] as const,
        })),
      ),
      ...(["through", "data"] as const).map((kind) => ({
        table: `same_${kind}`,
        ties: [
          { kind, owner: "session" },
          { kind, owner: "session" },
        ] as const,
      })),
    ];
    const edges = (owner: Owner) =>
      pairs.flatMap(({ table, ties }) => {
        const tie = ties.find((each) => each.owner === owner);
        return tie ? [edge(table, tie, { grace })] : [];
      });
    const open = database(
      () =>
        SCHEMA +
        pairs
          .map(({ table, ties }) =>
            tableSql(table, [...new Set(ties)].slice(0, ties[0].owner === ties[1].owner ? 1 : 2)),
          )
          .join(""),
      () => manifest({ session: edges("session"), wish: edges("wish") }),
    );

    async function together(
      db: TestDatabase,
      { table, ties }: (typeof pairs)[number],
      schedule: { expired: readonly boolean[]; first: 0 | 1; crossed: boolean; level: string },
    ): Promise<unknown> {
      const id = next();
      const owners = ties.map((tie, n) => ({ ...tie, sid: `${id}-${n}` }));
      await db.query(`insert into ${table} (id) values (${id})`);
      for (const [n, { owner, sid, ...tie }] of owners.entries()) {
        await begin(db, owner, sid);
        await db.query(tieSql(table, { owner, ...tie }, sid, id));
        if (schedule.expired[n]) await expire(db, owner, sid);
      }
      const clients = [await lend(db), await lend(db)] as const;
      const [one, two] = schedule.first === 0 ? clients : ([clients[1], clients[0]] as const);
      const [first, second] = schedule.first === 0 ? owners : [...owners].reverse();
      const end = (client: pg.Client, each: (typeof owners)[number] | undefined) =>
        client.query(`delete from ${each?.owner} where sid = '${each?.sid}'`);
      try {
        for (const client of clients) {
          await client.query(`begin isolation level ${schedule.level}`);
          await client.query("select count(*) from session");
        }
        await end(one, first);
        const ending = end(two, second);
        const waits = await waitsFor(db, ending, two, one);
        if (schedule.crossed && !waits) {
          await two.query("commit");
          await one.query("commit");
        } else {
          await one.query("commit");
          await ending.catch(async (error: { code?: string }) => {
            // By PostgreSQL's own rules: two foreign keys write to one row.
            if (schedule.level === "read committed" || error.code !== "40001") throw error;
            await two.query("rollback; begin");
            await end(two, second);
          });
          await two.query("commit");
        }
      } finally {
        await giveBack(db, ...clients);
      }
      await sweep(db);
      const early = schedule.expired.includes(false) && grace !== 0;
      const waited = await isThere(db, table, id);
      await settle(db);
      return {
        waited: waited === early,
        ends: await value(db, "select count(*)::integer from gone where kind = $1 and id = $2", [
          table,
          id,
        ]),
        left: await value(db, "select count(*)::integer from lastwill.released"),
        failed: await column(db, "select message from lastwill.quarantine"),
      };
    }

    test.each(pairs)("$table", async (pair) => {
      const db = open();
      for (const level of ["read committed", "repeatable read"]) {
        for (const expired of [
          [true, true],
          [false, false],
          [true, false],
        ]) {
          if (level !== "read committed" && expired[0] !== expired[1]) continue;
          for (const first of [0, 1] as const) {
            for (const crossed of [false, true]) {
              if (!ALL && crossed && (grace === 0 || level !== "read committed")) continue;
              if (!ALL && first === 1 && level !== "read committed") continue;
              const schedule = { expired, first, crossed, level };
              const outcome = await together(db, pair, schedule);
              expect({ ...schedule, outcome }).toEqual({
                ...schedule,
                outcome: { waited: true, ends: 1, left: 0, failed: [] },
              });
            }
          }
        }
      }
    });

    test.each(["same_through", "same_data"])("three of them: %s", async (table) => {
      const db = open();
      const tie = { kind: table.slice(5) as Kind, owner: "session" } as const;
      const id = next();
      const sids = [1, 2, 3].map((n) => `${id}-${n}`);
      await db.query(`insert into ${table} (id) values (${id})`);
      for (const sid of sids) {
        await begin(db, "session", sid);
        await db.query(tieSql(table, tie, sid, id));
        await expire(db, "session", sid);
      }
      const clients = await Promise.all(sids.map(() => lend(db)));
      for (const [n, client] of clients.entries()) {
        await client.query("begin");
        await client.query(`delete from session where sid = '${sids[n]}'`);
      }
      // The last one changes its mind.
      await clients[0]?.query("commit");
      await clients[2]?.query("rollback");
      await clients[1]?.query("commit");
      await db.query(
        `update session set expire = expire + interval '1 day' where sid = '${sids[2]}'`,
      );
      await settle(db);
      expect(await isThere(db, table, id)).toBe(true);
      await expire(db, "session", sids[2] ?? "");
      await settle(db);
      expect(await isThere(db, table, id)).toBe(false);
    });
  },
);

describe("somebody writes while a sweep ends a row:", () => {
  const ties = KINDS.map((kind) => ({ kind, owner: "session" }) as const);
  const open = database(
    () => SCHEMA + ties.map((tie) => tableSql(`of_${tie.kind}`, [tie])).join(""),
    () =>
      manifest({
        session: ties.map((tie) =>
          edge(`of_${tie.kind}`, tie, { claim: "user_id", grace: "10 minutes" }),
        ),
      }),
  );

  interface Case {
    readonly tie: Tie;
    readonly table: string;
    readonly id: number;
    readonly old: string;
    readonly other: string;
  }

  /** What an application writes, whom the row belongs to then, and what it sees if the row is gone. */
  const writers: Record<
    string,
    { sql: (each: Case) => string; claims: boolean; gone: (kind: Kind) => Seen }
  > = {
    "it is tied to another owner": {
      sql: ({ table, tie, other, id }) => tieSql(table, tie, other, id),
      claims: false,
      gone: (kind) => ({ column: 0, polymorphic: 0, through: "23503", data: 1 })[kind],
    },
    "its claim column is filled": {
      sql: ({ table, id }) => `update ${table} set user_id = 7 where id = ${id}`,
      claims: true,
      gone: () => 0,
    },
    "it is claimed with its session": {
      sql: ({ old }) => `select lastwill.claim_session('${old}', 7)`,
      claims: true,
      gone: () => 0,
    },
    "it is adopted": {
      sql: ({ old, other }) => `select lastwill.adopt_session('${old}', '${other}')`,
      claims: false,
      gone: () => 0,
    },
  };

  async function prepare(db: TestDatabase, tie: Tie, waits: boolean): Promise<Case> {
    const id = next();
    const each = { tie, table: `of_${tie.kind}`, id, old: `${id}-old`, other: `${id}-other` };
    await db.query(`insert into ${each.table} (id) values (${id})`);
    await begin(db, "session", each.old);
    await begin(db, "session", each.other);
    await db.query(tieSql(each.table, tie, each.old, id));
    if (waits) {
      await db.query("delete from session where sid = $1", [each.old]);
      await db.query("update lastwill.released set due_at = now()");
    } else {
      await expire(db, "session", each.old);
    }
    return each;
  }

  /** A row that was saved is its new owner's, and ends with it; one that was claimed, with nobody. */
  async function outcome(db: TestDatabase, each: Case): Promise<readonly boolean[]> {
    await settle(db);
    const saved = await isThere(db, each.table, each.id);
    await expire(db, "session", each.other);
    await settle(db);
    // What names a row that is gone is given time: the row might be just being inserted.
    await settle(db);
    const left = [
      ...(await column(db, "select key || ': ' || message from lastwill.quarantine")),
      ...(await column(db, "select edge || ' ' || owned_key from lastwill.released")),
      ...(await column(db, "select sid from session")),
    ];
    expect(left).toEqual([]);
    return [saved, await isThere(db, each.table, each.id)];
  }

  const cases = ties.flatMap((tie) =>
    Object.keys(writers)
      .filter((writer) => tie.kind !== "data" || writer !== "it is adopted")
      .flatMap((writer) => [true, false].map((waits) => ({ tie, kind: tie.kind, writer, waits }))),
  );

  for (const { tie, kind, writer, waits } of cases) {
    const { sql, claims, gone } = writers[writer] as (typeof writers)[string];
    const title = `${kind}: ${writer}, ${waits ? "waiting for the sweep" : "as its owner ends"}`;
    const saved = [true, claims];

    describe(title, () => {
      for (const fails of [false, true]) {
        test(`the sweep has it first, and ${fails ? "fails" : "ends it"}`, async () => {
          const db = open();
          const each = await prepare(db, tie, waits);
          const [holder, sweeper, app] = [await lend(db), await lend(db), await lend(db)];
          try {
            await holder.query("select pg_advisory_lock(1)");
            const sweeping = sweeper.query("call lastwill.sweep()");
            await blocked(db, sweeper, holder);
            if (fails) await db.query("insert into sabotage values (1)");
            const writing = app.query(sql(each));
            const result = seen(writing);
            const had = await waitsFor(db, writing, app, sweeper);
            await holder.query("select pg_advisory_unlock(1)");
            await sweeping;
            const what = await result;
            await db.query("delete from sabotage");
            if (fails) {
              // Quarantine forgets in a day what nobody has to end any more.
              await db.query("delete from lastwill.quarantine");
              expect({ what, end: await outcome(db, each) }).toEqual({ what: 1, end: saved });
            } else {
              expect({ had, what, end: await outcome(db, each) }).toEqual({
                had: true,
                what: gone(kind),
                end: [false, false],
              });
            }
          } finally {
            await giveBack(db, holder, sweeper, app);
            await db.query("delete from sabotage");
          }
        });
      }

      for (const commits of [true, false]) {
        test(`the writer has it first, and ${commits ? "commits" : "rolls back"}`, async () => {
          const db = open();
          const each = await prepare(db, tie, waits);
          const app = await lend(db);
          try {
            await app.query("begin");
            expect(await seen(app.query(sql(each)))).toBe(1);
            await sweep(db);
            expect(await isThere(db, each.table, each.id)).toBe(true);
            await app.query(commits ? "commit" : "rollback");
          } finally {
            await giveBack(db, app);
          }
          expect(await outcome(db, each)).toEqual(commits ? saved : [false, false]);
        });
      }
    });
  }

  test("a session that is renewed as the sweep is at work keeps all it has", async () => {
    const db = open();
    const id = next();
    await begin(db, "session", "renewed");
    for (const tie of ties) {
      await db.query(`insert into of_${tie.kind} (id) values (${id})`);
      await db.query(tieSql(`of_${tie.kind}`, tie, "renewed", id));
    }
    const kept = await prepare(db, { kind: "data", owner: "session" }, false);
    await expire(db, "session", "renewed");
    const [holder, sweeper, app] = [await lend(db), await lend(db), await lend(db)];
    await holder.query("select pg_advisory_lock(1)");
    await app.query(
      "begin; update session set expire = now() + interval '1 day' where sid = 'renewed'",
    );
    const sweeping = sweeper.query("call lastwill.sweep()");
    await blocked(db, sweeper, holder);
    await app.query("commit");
    await holder.query("select pg_advisory_unlock(1)");
    await sweeping;
    await settle(db);
    expect(await isThere(db, kept.table, kept.id)).toBe(false);
    for (const { kind } of ties) expect(await isThere(db, `of_${kind}`, id)).toBe(true);
    await db.query("delete from session");
    await settle(db);
    for (const { kind } of ties) expect(await isThere(db, `of_${kind}`, id)).toBe(false);
    await giveBack(db, holder, sweeper, app);
  });

  describe.each(["repeatable read", "serializable"])(
    "a session gets another key under %s",
    (level) => {
      for (const atOnce of [true, false]) {
        test(`${atOnce ? "in one transaction" : "in two"}, and keeps all it has`, async () => {
          const db = open();
          const id = next();
          const [old, sid] = [`${id}-old`, `${id}-new`];
          await begin(db, "session", old);
          for (const tie of ties) {
            await db.query(`insert into of_${tie.kind} (id) values (${id})`);
            await db.query(tieSql(`of_${tie.kind}`, tie, old, id));
          }
          const app = await lend(db);
          await app.query(`begin isolation level ${level}`);
          await app.query("select count(*) from session");
          await app.query("delete from session where sid = $1", [old]);
          if (!atOnce) await app.query(`commit; begin isolation level ${level}`);
          await sweep(db);
          await app.query(
            "insert into session values ($1, $2, now() at time zone 'UTC' + interval '1 hour')",
            [sid, { of_data: id }],
          );
          await app.query("select lastwill.adopt_session($1, $2)", [old, sid]);
          await sweep(db);
          await app.query("commit");
          await giveBack(db, app);
          await settle(db);
          for (const { kind } of ties) expect(await isThere(db, `of_${kind}`, id)).toBe(true);
          await expire(db, "session", sid);
          await settle(db);
          for (const { kind } of ties) expect(await isThere(db, `of_${kind}`, id)).toBe(false);
          expect(await value(db, "select count(*)::integer from lastwill.released")).toBe(0);
        });
      }
    },
  );
});

describe("a polymorphic row is given to an owner whom another connection deletes,", () => {
  const tie = { kind: "polymorphic", owner: "session" } as const;
  const open = database(
    () => SCHEMA + tableSql("notes", [tie]),
    () => manifest({ session: [edge("notes", tie, { grace: "10 minutes" })] }),
  );
  const ways = {
    "a new one": (id: number, sid: string) => [
      "select",
      `insert into notes (id, session_key, session_type) values (${id}, '${sid}', 'session')`,
    ],
    "one that was nobody's": (id: number, sid: string) => [
      `insert into notes (id) values (${id})`,
      tieSql("notes", tie, sid, id),
    ],
  };

  for (const [way, sql] of Object.entries(ways)) {
    for (const expired of [false, true]) {
      for (const commits of [true, false]) {
        test(`${way}: ${expired ? "expired" : "live"}, ${commits ? "for good" : "but not after all"}`, async () => {
          const db = open();
          const id = next();
          const [before = "", write = ""] = sql(id, `${id}`);
          await db.query(before);
          await begin(db, "session", `${id}`);
          if (expired) await expire(db, "session", `${id}`);
          const [deleter, app] = [await lend(db), await lend(db)];
          await deleter.query("begin");
          await deleter.query("delete from session where sid = $1", [id]);
          const writing = app.query(write);
          await blocked(db, app, deleter);
          await deleter.query(commits ? "commit" : "rollback");
          await writing;
          if (!commits) await db.query("update session set expire = expire + interval '1 day'");
          await settle(db);
          expect(await isThere(db, "notes", id)).toBe(!commits);
          await db.query("delete from session");
          await settle(db);
          expect(await isThere(db, "notes", id)).toBe(false);
          await giveBack(db, deleter, app);
        });
      }
    }
  }

  for (const level of ["read committed", "repeatable read"]) {
    // The snapshot is of before the row and hides it: the sweep has to look for it.
    test(`and the deleter, under ${level}, has to wait for it`, async () => {
      const db = open();
      const id = next();
      await begin(db, "session", `${id}`);
      const [deleter, app] = [await lend(db), await lend(db)];
      await deleter.query(`begin isolation level ${level}`);
      await deleter.query("select count(*) from notes");
      await app.query("begin");
      await app.query(ways["a new one"](id, `${id}`)[1] ?? "");
      const deleting = deleter.query("delete from session where sid = $1", [id]);
      await blocked(db, deleter, app);
      await app.query("commit");
      await deleting;
      await deleter.query("commit");
      await settle(db);
      expect(await isThere(db, "notes", id)).toBe(false);
      await giveBack(db, deleter, app);
    });
  }

  test("and whoever gives it has no time to wait", async () => {
    const db = open();
    const id = next();
    await begin(db, "session", `${id}`);
    const [deleter, app] = [await lend(db), await lend(db)];
    await deleter.query("begin");
    await deleter.query("delete from session where sid = $1", [id]);
    await app.query("set lock_timeout = '50ms'");
    expect(await seen(app.query(ways["a new one"](id, `${id}`)[1] ?? ""))).toBe(1);
    await deleter.query("commit");
    await settle(db);
    expect(await isThere(db, "notes", id)).toBe(false);
    await giveBack(db, deleter, app);
  });
});

describe("a row is put below one that a sweep ends", () => {
  const SHELF = `${SCHEMA}
    create table carts (id bigint primary key, session_sid text, kept boolean not null default false);
    create trigger hold before delete on carts for each row execute function hold();
    create table items (id bigint primary key, cart_id bigint);
    create table photos (id bigint primary key, cart_id bigint, kind text);`;
  const below = [
    { table: "items", by: "cart_id" },
    { table: "photos", by: { column: "cart_id", type_column: "kind", type: "Cart" } },
  ];
  const children = {
    items: { sql: (id: number) => `insert into items values (${id}, ${id})`, gone: "23503" },
    photos: { sql: (id: number) => `insert into photos values (${id}, ${id}, 'Cart')`, gone: 1 },
  };

  describe.each([
    { above: "ends by foreign key", more: {} },
    { above: "is decided on", more: { keep_when: "kept" } },
  ])("and that $above:", ({ more }) => {
    const open = database(
      () => SHELF,
      () => manifest({ session: [{ table: "carts", by: "session_sid", ...more, owns: below }] }),
    );

    for (const [table, { sql, gone }] of Object.entries(children)) {
      test(`${table}, after the sweep has it`, async () => {
        const db = open();
        const id = next();
        await begin(db, "session", `${id}`);
        await db.query(`insert into carts values (${id}, '${id}')`);
        await expire(db, "session", `${id}`);
        const [holder, sweeper, app] = [await lend(db), await lend(db), await lend(db)];
        await holder.query("select pg_advisory_lock(1)");
        const sweeping = sweeper.query("call lastwill.sweep()");
        await blocked(db, sweeper, holder);
        const result = seen(app.query(sql(id)));
        await blocked(db, app, sweeper);
        await holder.query("select pg_advisory_unlock(1)");
        await sweeping;
        expect(await result).toBe(gone);
        await sweep(db);
        expect(await isThere(db, "carts", id)).toBe(false);
        expect(await isThere(db, table, id)).toBe(false);
        await giveBack(db, holder, sweeper, app);
      });

      test(`${table}, before the sweep has it`, async () => {
        const db = open();
        const id = next();
        await begin(db, "session", `${id}`);
        await db.query(`insert into carts values (${id}, '${id}')`);
        await expire(db, "session", `${id}`);
        const app = await lend(db);
        await app.query("begin");
        await app.query(sql(id));
        await sweep(db);
        expect(await isThere(db, "carts", id)).toBe(true);
        await app.query("commit");
        expect(await isThere(db, table, id)).toBe(true);
        await settle(db);
        expect(await isThere(db, "carts", id)).toBe(false);
        expect(await isThere(db, table, id)).toBe(false);
        expect(await column(db, "select key from lastwill.quarantine")).toEqual([]);
        await giveBack(db, app);
      });
    }
  });
});

describe("the table of the sessions is emptied", () => {
  const ties = [
    { kind: "data", owner: "session" },
    { kind: "polymorphic", owner: "session" },
  ] as const;
  const open = database(
    () => SCHEMA + ties.map((tie) => tableSql(`of_${tie.kind}`, [tie])).join(""),
    () => manifest({ session: ties.map((tie) => edge(`of_${tie.kind}`, tie, {})) }),
  );

  async function owning(db: TestDatabase, id: number): Promise<void> {
    await begin(db, "session", `${id}`);
    for (const tie of ties) {
      await db.query(`insert into of_${tie.kind} (id) values (${id})`);
      await db.query(tieSql(`of_${tie.kind}`, tie, `${id}`, id));
    }
  }

  async function allGone(db: TestDatabase, id: number): Promise<void> {
    await settle(db);
    for (const { kind } of ties) expect(await isThere(db, `of_${kind}`, id)).toBe(false);
    expect(await value(db, "select count(*)::integer from lastwill.released")).toBe(0);
  }

  for (const level of ["read committed", "repeatable read"]) {
    test(`beside a reader under ${level}, and everything goes`, async () => {
      const db = open();
      const id = next();
      await owning(db, id);
      const [reader, emptier] = [await lend(db), await lend(db)];
      await reader.query(`begin isolation level ${level}`);
      await reader.query("select count(*) from session");
      const emptying = emptier.query("truncate session");
      await blocked(db, emptier, reader);
      await reader.query("commit");
      await emptying;
      await allGone(db, id);
      await giveBack(db, reader, emptier);
    });

    // The snapshot is of before the session's links: it hides them from the trigger.
    const known = level === "read committed" ? test : test.fails;
    known(`under ${level}, beside a session that is just being written`, async () => {
      const db = open();
      const id = next();
      for (const { kind } of ties) await db.query(`insert into of_${kind} (id) values (${id})`);
      const [app, emptier] = [await lend(db), await lend(db)];
      await app.query("begin");
      await app.query(
        "insert into session values ($1, $2, now() at time zone 'UTC' + interval '1 hour')",
        [id, { of_data: id }],
      );
      await app.query(tieSql("of_polymorphic", ties[1], `${id}`, id));
      await emptier.query(`begin isolation level ${level}`);
      await emptier.query("select count(*) from of_data");
      const emptying = emptier.query("truncate session");
      await blocked(db, emptier, app);
      await app.query("commit");
      await emptying;
      await emptier.query("commit");
      await allGone(db, id);
      await giveBack(db, app, emptier);
    });
  }
});

describe("an application that does not wait", () => {
  const ties = (["data", "through", "polymorphic"] as const).map(
    (kind) => ({ kind, owner: "session" }) as const,
  );
  const open = database(
    () => SCHEMA + ties.map((tie) => tableSql(`of_${tie.kind}`, [tie])).join(""),
    () => manifest({ session: ties.map((tie) => edge(`of_${tie.kind}`, tie, { grace: 0 })) }),
  );

  for (const limit of ["lock_timeout = '50ms'", "statement_timeout = '2s'"]) {
    test.each(ties)(
      `deletes a session whose rows are locked, under ${limit}: $kind`,
      async (tie) => {
        const db = open();
        const id = next();
        const table = `of_${tie.kind}`;
        await db.query(`insert into ${table} (id) values (${id})`);
        await begin(db, "session", `${id}`);
        await db.query(tieSql(table, tie, `${id}`, id));
        const [locker, app] = [await lend(db), await lend(db)];
        await locker.query(`begin; select from ${table} where id = ${id} for update`);
        await app.query(`set ${limit}`);
        await app.query("delete from session where sid = $1", [id]);
        await locker.query("commit");
        await settle(db);
        expect(await isThere(db, table, id)).toBe(false);
        await giveBack(db, locker, app);
      },
    );

    test(`names a row that is just being ended, under ${limit}`, async () => {
      const db = open();
      const id = next();
      await db.query(`insert into of_data (id) values (${id})`);
      await begin(db, "session", `${id}`);
      await db.query(tieSql("of_data", { kind: "data", owner: "session" }, `${id}`, id));
      await begin(db, "session", `${id}-other`);
      const [deleter, app] = [await lend(db), await lend(db)];
      await deleter.query("begin");
      await deleter.query("delete from session where sid = $1", [id]);
      await app.query(`set ${limit}`);
      const naming = tieSql("of_data", { kind: "data", owner: "session" }, `${id}-other`, id);
      expect(await seen(app.query(naming))).toBe(1);
      await deleter.query("rollback");
      await db.query("delete from session");
      await settle(db);
      expect(await isThere(db, "of_data", id)).toBe(false);
      await giveBack(db, deleter, app);
    });
  }
});
