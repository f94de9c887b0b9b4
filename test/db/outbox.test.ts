import type pg from "pg";
import { afterEach, describe, expect, test, vi } from "vitest";
import { DatabaseError } from "../../src/exit.ts";
import { type DrainOptions, drainOutbox, type Letter } from "../../src/outbox.ts";
import { identifier, type Sql } from "../../src/sql/quote.ts";
import { render, renderStamped } from "../../src/sql/template.ts";
import { type TestDatabase, testPlpgsqlCheck, withDatabase } from "../support/database.ts";
import { column, value } from "../support/installed.ts";
import { checkFunctions } from "../support/plpgsql-check.ts";

const OUTBOX = [
  "runtime/schema.sql",
  "runtime/outbox.sql",
  "outbox/notify.sql",
  "outbox/notify_trigger.sql",
  "outbox/take.sql",
  "outbox/done.sql",
  "outbox/failed.sql",
  "outbox/give_back.sql",
  "outbox/retry.sql",
];

/** A fresh database with an outbox and so many letters, their keys 1, 2, 3 … */
function withOutbox<T>(letters: number, run: (db: TestDatabase) => Promise<T>): Promise<T> {
  return withDatabase(async (db) => {
    for (const template of OUTBOX) await db.query(renderStamped(template, "A sentence."));
    if (letters > 0) await emit(db, 1, letters);
    return run(db);
  });
}

async function emit(db: TestDatabase, from: number, to = from, edge = "session.uploads") {
  await db.query(
    `insert into lastwill.outbox (edge, key, payload)
     select $1, n::text, jsonb_build_object('path', '/uploads/' || n)
     from generate_series($2::integer, $3::integer) as n`,
    [edge, from, to],
  );
}

const LEFT =
  "select key, tries, last_error, dead_at is not null as dead from lastwill.outbox order by id";

/** Makes every letter due that waits for something. */
const hurry = (db: TestDatabase) => db.query("update lastwill.outbox set next_try = now()");

/** Drains once, and gives what the handler got. */
async function drainOnce(db: TestDatabase, options: DrainOptions = {}): Promise<Letter[]> {
  const got: Letter[] = [];
  await drainOutbox(db.pool(), (letter) => got.push(letter), { once: true, ...options });
  return got;
}

const keys = (letters: readonly Letter[]): string[] => letters.map(({ key }) => key);

/** Something that happens once, to be waited for. */
function event<T = void>(): { happens: (value: T) => void; happened: Promise<T> } {
  let happens: (value: T) => void = () => undefined;
  const happened = new Promise<T>((resolve) => {
    happens = resolve;
  });
  return { happens, happened };
}

/** A drain that polls once an hour only, so what it hears of it hears by notification. */
function startDrain(
  db: TestDatabase,
  options: DrainOptions = {},
): {
  readonly errors: unknown[];
  /** The next letter it handles, or has handled and nobody has asked for. */
  readonly next: () => Promise<Letter>;
  readonly stop: () => ReturnType<typeof drainOutbox>;
} {
  const arrived: Letter[] = [];
  const asked: ((letter: Letter) => void)[] = [];
  const errors: unknown[] = [];
  const control = new AbortController();
  const handler = (letter: Letter): void => {
    const tell = asked.shift();
    if (tell) tell(letter);
    else arrived.push(letter);
  };
  const drained = drainOutbox(db.pool(), handler, {
    pollSeconds: 3600,
    signal: control.signal,
    onError: (error) => errors.push(error),
    ...options,
  });
  return {
    errors,
    next: () =>
      new Promise((resolve) => {
        const letter = arrived.shift();
        if (letter) resolve(letter);
        else asked.push(resolve);
      }),
    stop: () => {
      control.abort();
      return drained;
    },
  };
}

const LISTENERS = `
  select pid
  from pg_stat_activity
  where datname = current_database() and state = 'idle' and query = 'listen lastwill_outbox'`;

/** The backend of the connection that listens, as soon as there is one that is not the former. */
async function listener(db: TestDatabase, former?: unknown): Promise<unknown> {
  for (;;) {
    const pid = await value(db, LISTENERS);
    if (pid !== undefined && pid !== former) return pid;
  }
}

describe("a drain", () => {
  test("gives the handler what the letter says, and strikes it out", () =>
    withOutbox(1, async (db) => {
      const before = await value(db, "select emitted_at from lastwill.outbox");
      expect(await drainOnce(db)).toEqual([
        {
          id: "1",
          edge: "session.uploads",
          key: "1",
          payload: { path: "/uploads/1" },
          emittedAt: before,
          tries: 1,
        },
      ]);
      expect(await db.query(LEFT)).toEqual([]);
    }));

  test("goes by ids, and takes only the edges it is told", () =>
    withOutbox(250, async (db) => {
      await emit(db, 1000, 1001, "session.avatars");
      const letters = await drainOnce(db, { edges: ["session.uploads", "session.nothing"] });
      expect(keys(letters)).toEqual(Array.from({ length: 250 }, (_, n) => String(n + 1)));
      expect(await column(db, "select key from lastwill.outbox")).toEqual(["1000", "1001"]);
    }));

  test("shares with another, and each letter is handled once", () =>
    withOutbox(1000, async (db) => {
      const got: string[] = [];
      const both = [event(), event()];
      const work = both.map((mine) =>
        drainOutbox(
          db.pool(),
          async ({ key }) => {
            got.push(key);
            mine.happens();
            // Neither may be done before the other has begun.
            await Promise.all(both.map(({ happened }) => happened));
          },
          { once: true, batch: 20, concurrency: 4 },
        ),
      );
      const results = await Promise.all(work);
      expect(results.reduce((sum, { handled }) => sum + handled, 0)).toBe(1000);
      expect(results.every(({ handled }) => handled > 0)).toBe(true);
      expect(got.length).toBe(1000);
      expect(new Set(got).size).toBe(1000);
      expect(await db.query(LEFT)).toEqual([]);
    }));

  test("runs as many handlers at the same time as it may", () =>
    withOutbox(9, async (db) => {
      let running = 0;
      const three = event();
      const most = { running: 0 };
      await drainOutbox(
        db.pool(),
        async () => {
          running += 1;
          most.running = Math.max(most.running, running);
          if (running === 3) three.happens();
          await three.happened;
          running -= 1;
        },
        { once: true, concurrency: 3 },
      );
      expect(most.running).toBe(3);
    }));

  test("is woken by a letter, long before it polls", () =>
    withOutbox(0, async (db) => {
      const drain = startDrain(db);
      await listener(db);
      for (let key = 1; key <= 5; key += 1) {
        await emit(db, key);
        expect((await drain.next()).key).toBe(String(key));
      }
      expect(await drain.stop()).toEqual({ handled: 5, failed: 0, dead: 0 });
      expect(drain.errors).toEqual([]);
      expect(await db.query(LEFT)).toEqual([]);
      expect(await db.query(LISTENERS)).toEqual([]);
    }));

  test("sees nothing of a row whose end is rolled back", () =>
    withOutbox(0, async (db) => {
      const drain = startDrain(db);
      await db.query("begin");
      await emit(db, 1);
      await db.query("rollback");
      await emit(db, 2);
      expect((await drain.next()).key).toBe("2");
      expect(await drain.stop()).toMatchObject({ handled: 1 });
    }));

  test("refuses options that would never end, and a pool of one connection", () =>
    withOutbox(0, async (db) => {
      const drain = (options: DrainOptions) => drainOutbox(db.pool({ max: 1 }), () => {}, options);
      await expect(drain({ lease: 0 })).rejects.toThrow("lease must be a number over 0, not 0");
      await expect(drain({ batch: 1.5 })).rejects.toThrow(
        "batch must be a whole number over 0, not 1.5",
      );
      await expect(drain({})).rejects.toThrow("the pool needs two connections at least");
      expect(await drain({ once: true })).toEqual({ handled: 0, failed: 0, dead: 0 });
    }));
});

describe("a handler that fails", () => {
  test("has its letter wait, then die; it is kept, visible, and can be brought back", () =>
    withOutbox(2, async (db) => {
      const told: unknown[] = [];
      const drain = () =>
        drainOutbox(
          db.pool(),
          ({ key }) => {
            if (key === "1") throw new Error("the bucket\0 is closed");
          },
          {
            once: true,
            maxTries: 2,
            backoff: (tries) => tries * 3600,
            onError: (error, letter) => told.push([String(error), letter?.key, letter?.tries]),
          },
        );
      const error = "Error: the bucket is closed";

      expect(await drain()).toEqual({ handled: 1, failed: 1, dead: 0 });
      expect(await db.query(LEFT)).toEqual([
        { key: "1", tries: 1, last_error: error, dead: false },
      ]);
      const wait = "select round(extract(epoch from next_try - now()) / 3600) from lastwill.outbox";
      expect(Number(await value(db, wait))).toBe(1);
      expect(await drain()).toEqual({ handled: 0, failed: 0, dead: 0 });

      await hurry(db);
      expect(await drain()).toEqual({ handled: 0, failed: 1, dead: 1 });
      expect(await db.query(LEFT)).toEqual([{ key: "1", tries: 2, last_error: error, dead: true }]);
      await hurry(db);
      expect(await drainOnce(db)).toEqual([]);
      expect(told).toEqual([
        ["Error: the bucket\0 is closed", "1", 1],
        ["Error: the bucket\0 is closed", "1", 2],
      ]);

      expect(await value(db, "select lastwill.outbox_retry(999)::integer")).toBe(0);
      expect(await value(db, "select lastwill.outbox_retry()::integer")).toBe(1);
      expect(await drainOnce(db)).toMatchObject([{ key: "1", tries: 1 }]);
      expect(await db.query(LEFT)).toEqual([]);
    }));

  test("stops no other letter, and a dead one that is brought back wakes the drain", () =>
    withOutbox(1, async (db) => {
      await db.query("update lastwill.outbox set dead_at = now()");
      const drain = startDrain(db);
      await emit(db, 2);
      expect((await drain.next()).key).toBe("2");
      await db.query("select lastwill.outbox_retry(1)");
      expect((await drain.next()).key).toBe("1");
      await drain.stop();
    }));

  test("is heard on the console when nobody else listens, also when whoever listens throws", () =>
    withOutbox(1, async (db) => {
      const said = vi.spyOn(console, "error").mockImplementation(() => undefined);
      const fails = () => Promise.reject(new Error("no"));
      await drainOutbox(db.pool(), fails, { once: true });
      expect(said.mock.calls).toEqual([
        ["lastwill: letter 1 (session.uploads 1):", new Error("no")],
      ]);
      await hurry(db);
      await drainOutbox(db.pool(), fails, {
        once: true,
        onError: () => {
          throw new Error("nor here");
        },
      });
      expect(said.mock.calls.slice(1).map(([, error]) => String(error))).toEqual([
        "Error: no",
        "Error: nor here",
      ]);
    }));
});

describe("a consumer that dies", () => {
  test("in its handler: the letter goes to another when the lease is over, and once only", () =>
    withOutbox(1, async (db) => {
      const begun = event();
      const never = event();
      const hanging = drainOutbox(
        db.pool(),
        () => {
          begun.happens();
          return never.happened;
        },
        { once: true },
      );
      await begun.happened;
      expect(await drainOnce(db)).toEqual([]);
      await hurry(db);
      expect(await drainOnce(db)).toMatchObject([{ key: "1", tries: 2 }]);

      // It was not dead after all: nothing is left to strike out, and nothing is wrong.
      never.happens();
      expect(await hanging).toMatchObject({ handled: 1 });
    }));

  test("with its connection: nothing it took is lost, and it held no transaction open", () =>
    withOutbox(3, async (db) => {
      const doomed = await db.connect();
      await doomed.query("select from lastwill.outbox_take()");
      const { rows } = await doomed.query("select pg_backend_pid() as pid");
      const open = "select state from pg_stat_activity where pid = $1";
      expect(await column(db, open, [rows[0].pid])).toEqual(["idle"]);
      await db.query("select pg_terminate_backend($1)", [rows[0].pid]);
      expect(await drainOnce(db)).toEqual([]);
      await hurry(db);
      expect(keys(await drainOnce(db))).toEqual(["1", "2", "3"]);
    }));

  test("of the same letter each time takes no other with it, and ends with the letter dead", () =>
    withOutbox(200, async (db) => {
      const poison = "7";
      const handled: string[] = [];
      const taken: number[] = [];
      for (;;) {
        const letters = await db.query<{ id: string; key: string }>(
          "select id, key from lastwill.outbox_take(100, '1 minute', 5) order by id",
        );
        if (letters.length === 0) break;
        taken.push(letters.length);
        for (const { id, key } of letters) {
          // Here the process dies; what came before is done, what comes after has lost a try.
          if (key === poison) break;
          await db.query("select lastwill.outbox_done(array[$1::bigint])", [id]);
          handled.push(key);
        }
        await hurry(db);
      }
      expect(handled.length).toBe(199);
      expect(taken.slice(0, 3)).toEqual([100, 10, 1]);
      expect(await db.query(LEFT)).toEqual([
        {
          key: poison,
          tries: 5,
          last_error: "taken 5 times, and the last consumer never said what came of it",
          dead: true,
        },
      ]);
    }));

  test("and fails late does not touch what another has taken since", () =>
    withOutbox(1, async (db) => {
      await db.query("select lastwill.outbox_take()");
      await hurry(db);
      await db.query("select lastwill.outbox_take(lease => '1 hour')");
      const fail = "select lastwill.outbox_failed(1, $1, 'too slow', '0', 2) as dead";
      expect(await value(db, fail, [1])).toBeNull();
      expect(await db.query(LEFT)).toEqual([{ key: "1", tries: 2, last_error: null, dead: false }]);
      expect(await drainOnce(db)).toEqual([]);
      expect(await value(db, fail, [2])).toBe(true);
    }));
});

describe("letters that were taken and not begun", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test("are put back when the signal stops the drain; the handler that runs is waited for", () =>
    withOutbox(3, async (db) => {
      const control = new AbortController();
      const drain = drainOutbox(
        db.pool(),
        async () => {
          control.abort();
          // Still running when it is asked to stop.
          await db.query("select 1");
        },
        { signal: control.signal, pollSeconds: 3600 },
      );
      expect(await drain).toEqual({ handled: 1, failed: 0, dead: 0 });
      expect(await db.query(LEFT)).toMatchObject([
        { key: "2", tries: 0 },
        { key: "3", tries: 0 },
      ]);
      expect(keys(await drainOnce(db))).toEqual(["2", "3"]);
    }));

  test("are put back when half of the lease is over, and taken anew", () =>
    withOutbox(3, async (db) => {
      const got: string[] = [];
      const now = Date.now();
      const clock = vi.spyOn(Date, "now").mockImplementation(() => now);
      await drainOutbox(
        db.pool(),
        ({ key, tries }) => {
          got.push(`${key}: ${tries}`);
          clock.mockImplementation(() => now + got.length * 31_000);
        },
        { once: true },
      );
      expect(got).toEqual(["1: 1", "2: 1", "3: 1"]);
      expect(await db.query(LEFT)).toEqual([]);
    }));

  test("a signal that came before does nothing at all", () =>
    withOutbox(1, async (db) => {
      const result = await drainOutbox(db.pool(), () => {}, { signal: AbortSignal.abort() });
      expect(result).toEqual({ handled: 0, failed: 0, dead: 0 });
      expect(await db.query(LEFT)).toMatchObject([{ tries: 0 }]);
    }));
});

describe("a connection that breaks", () => {
  test("while it listens: another takes its place", () =>
    withOutbox(0, async (db) => {
      const broke = event<unknown>();
      const drain = startDrain(db, { onError: broke.happens });
      const pid = await listener(db);
      await db.query("select pg_terminate_backend($1)", [pid]);
      await broke.happened;
      // Nobody listens at this moment.
      await emit(db, 1);
      expect((await drain.next()).key).toBe("1");
      await listener(db, pid);
      await emit(db, 2);
      expect((await drain.next()).key).toBe("2");
      expect(await drain.stop()).toEqual({ handled: 2, failed: 0, dead: 0 });
    }));

  test("while a handler runs: what came of it is noted all the same", () =>
    withOutbox(2, async (db) => {
      const drain = startDrain(db, { batch: 1 });
      await drain.next();
      await db.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
      );
      await drain.next();
      expect(await drain.stop()).toEqual({ handled: 2, failed: 0, dead: 0 });
      expect(await db.query(LEFT)).toEqual([]);
    }));

  test("for good: the drain stops when it is told to, and says what it could not note", () =>
    withOutbox(1, async (db) => {
      const pool = db.pool();
      const lost = new Error("connect ECONNREFUSED");
      const control = new AbortController();
      const query = (text: string, values?: unknown[]) =>
        control.signal.aborted ? Promise.reject(lost) : pool.query(text, values);
      const gone = { query, connect: () => pool.connect() };
      const options = { signal: control.signal, onError: () => undefined };
      await expect(drainOutbox(gone, () => control.abort(), options)).rejects.toBe(lost);
      await hurry(db);
      expect(await drainOnce(db)).toMatchObject([{ tries: 2 }]);
    }));

  test("is tried again while draining on, and thrown when draining once", () =>
    withOutbox(1, async (db) => {
      const pool = db.pool();
      const lost = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
      const flaky = () => {
        let failures = 1;
        const query = (text: string, values?: unknown[]) => {
          if (failures-- > 0) return Promise.reject(lost);
          return pool.query(text, values);
        };
        return { query, connect: () => pool.connect() };
      };
      await expect(drainOutbox(flaky(), () => {}, { once: true })).rejects.toBe(lost);

      const control = new AbortController();
      const errors: unknown[] = [];
      const result = await drainOutbox(flaky(), () => control.abort(), {
        signal: control.signal,
        onError: (error) => errors.push(error),
      });
      expect(result).toEqual({ handled: 1, failed: 0, dead: 0 });
      expect(errors).toEqual([lost]);
    }));
});

describe("rights", () => {
  /** Roles belong to the whole server, so they bear the database's name. */
  async function poolOf(db: TestDatabase, kind: "worker" | "stranger"): Promise<pg.Pool> {
    const role = identifier(`${kind}_${db.name}`);
    await db.query(`create role ${role}`);
    const slots = { grant: "grant" as Sql, to: "to" as Sql, roles: role };
    await db.query(render("grant/usage.sql", slots));
    if (kind === "worker") await db.query(render("grant/drain.sql", slots));
    return db.pool({ options: `-c role=${role}` });
  }

  test("a role that may drain can drain, and nothing else", () =>
    withOutbox(3, async (db) => {
      const pool = await poolOf(db, "worker");
      const { rows } = await pool.query("select current_user as role");
      expect(rows).toEqual([{ role: `worker_${db.name}` }]);

      const fails = ({ key }: Letter): void => {
        if (key === "2") throw new Error("no");
      };
      const options = { once: true, maxTries: 1, onError: () => undefined };
      expect(await drainOutbox(pool, fails, options)).toEqual({ handled: 2, failed: 1, dead: 1 });
      await pool.query("select lastwill.outbox_retry()");
      const control = new AbortController();
      await drainOutbox(pool, () => control.abort(), { signal: control.signal });
      expect(await db.query(LEFT)).toEqual([]);

      const denied = { code: "42501" };
      for (const statement of [
        "select from lastwill.outbox",
        "insert into lastwill.outbox (edge, key, payload) values ('', '', '{}')",
        "update lastwill.outbox set tries = 0",
        "delete from lastwill.outbox",
        "truncate lastwill.outbox",
        "create table lastwill.mine ()",
      ])
        await expect(pool.query(statement)).rejects.toMatchObject(denied);
    }));

  test("a role that may not is told so, at once", () =>
    withOutbox(1, async (db) => {
      const pool = await poolOf(db, "stranger");
      const error = await drainOutbox(pool, () => {}).catch((thrown) => thrown);
      expect(error).toBeInstanceOf(DatabaseError);
      expect(error.message).toMatch(
        /^the outbox cannot be drained: permission denied for function/,
      );
      expect(error.message).toContain("grants: {drain: [role]}");
    }));

  test("where there is no outbox, that is said at once", () =>
    withDatabase(async (db) => {
      const error = await drainOutbox(db.pool(), () => {}).catch((thrown) => thrown);
      expect(error).toBeInstanceOf(DatabaseError);
      expect(error.message).toContain("declare `emit` on an edge, and run lastwill migrate up");
    }));

  testPlpgsqlCheck("plpgsql_check finds nothing", () =>
    withOutbox(0, async (db) => {
      expect(await checkFunctions(db)).toEqual([]);
    }),
  );
});
