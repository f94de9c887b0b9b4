import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import type { TestDatabase } from "../support/database.ts";
import { JOURNAL, login, SHOP_MANIFEST, SHOP_SCHEMA, value } from "../support/installed.ts";
import { randomness } from "../support/randomness.ts";

/** Graces that end while the test runs, and two workers. */
export const BUSY_MANIFEST: string = SHOP_MANIFEST.replace(
  "hold_over: 1",
  "hold_over: 1, workers: 2",
)
  .replace("from: draftId", "from: draftId, grace: 1 second")
  .replace("grace: 1 hour", "grace: 2 seconds");

/**
 * The shop with a journal that finds its rows by index, and triggers that write down who ended what: the name of
 * the connection, and whether a trigger of an owner did it.
 */
export const BUSY_SCHEMA: string = `${SHOP_SCHEMA}${JOURNAL};
  create index on journal.made (kind, key);
  create index on drafts ((id::text));
  create index on uploads ((id::text));
  create table journal.gone (kind text, key text, who text, depth integer);
  create function journal.write_down() returns trigger language plpgsql security definer as $$
  begin
    insert into journal.gone
    values (
      tg_table_name, to_jsonb(old) ->> tg_argv[0], current_setting('application_name'), pg_trigger_depth() - 1
    );
    return null;
  end $$;
  create trigger gone after delete on session for each row execute function journal.write_down('sid');
  create trigger gone after delete on drafts for each row execute function journal.write_down('id');
  create trigger gone after delete on uploads for each row execute function journal.write_down('id')`;

/** The name of the connections that sweep: what the journal knows them by. */
const SWEEP = "sweep";

/** What came of so many transactions of an application. */
export interface Tally {
  transactions: number;
  /** How many errors, by PostgreSQL's code. */
  readonly errors: Record<string, number>;
  /** In milliseconds. */
  longest: number;
}

/** Runs one transaction of an application: its errors are counted, not thrown. */
async function counted(
  tally: Tally,
  connection: pg.Client,
  work: () => Promise<unknown>,
): Promise<void> {
  const started = performance.now();
  try {
    await work();
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    const name = `${code ?? "?"} ${message}`;
    tally.errors[name] = (tally.errors[name] ?? 0) + 1;
    await connection.query("rollback");
  }
  tally.transactions += 1;
  tally.longest = Math.max(tally.longest, Math.round(performance.now() - started));
}

/** An application's client: logs in and out, renews, writes data, fills carts, and names what others name. */
class Client {
  readonly #connection: pg.Client;
  readonly #random: (below: number) => number;
  readonly #name: string;
  #sessions: string[] = [];
  #made = 0;

  constructor(connection: pg.Client, name: string, seed: number) {
    this.#connection = connection;
    this.#name = name;
    this.#random = randomness(seed);
  }

  async act(): Promise<void> {
    const sid = this.#sessions[this.#random(this.#sessions.length)];
    if (sid === undefined || (this.#sessions.length < 12 && this.#random(3) === 0))
      return this.#visit();
    switch (this.#random(12)) {
      case 0:
      case 1:
        return this.#logIn(sid);
      case 2:
        return this.#leave(sid, "delete from session where sid = $1");
      case 3:
        return this.#leave(
          sid,
          "update session set expire = now() at time zone 'UTC' where sid = $1",
        );
      case 4:
      case 5:
        await this.#query("update session set expire = to_timestamp($2) where sid = $1", [
          sid,
          Date.now() / 1000 + 3600,
        ]);
        return;
      case 6:
      case 7:
        return this.#write(sid, await this.#newData());
      case 8:
        return this.#write(sid, await this.#othersData());
      case 9:
        return this.#addItem(sid);
      default:
        return this.#addCart(sid);
    }
  }

  async #visit(): Promise<void> {
    const sid = this.#newSid();
    const lifetime = this.#random(4) === 0 ? "1 second" : "1 hour";
    await login(this.#connection, sid, await this.#newData(), lifetime);
    this.#sessions.push(sid);
  }

  /** As stores rotate ids: the old row goes and the new one, which names the same, comes; or the other way round. */
  async #logIn(old: string): Promise<void> {
    const { rows } = await this.#query("select sess from session where sid = $1", [old]);
    const sid = this.#newSid();
    const insert = () => login(this.#connection, sid, rows[0]?.sess ?? {});
    const remove = () => this.#query("delete from session where sid = $1", [old]);
    const steps = this.#random(3) === 0 ? [insert, remove] : [remove, insert];
    const atOnce = this.#random(2) === 0;
    if (atOnce) await this.#query("begin");
    for (const step of steps) await step();
    if (atOnce) await this.#query("commit");
    this.#sessions = [...this.#sessions.filter((other) => other !== old), sid];
  }

  async #leave(sid: string, sql: string): Promise<void> {
    await this.#query(sql, [sid]);
    this.#sessions = this.#sessions.filter((other) => other !== sid);
  }

  async #write(sid: string, sess: unknown): Promise<void> {
    await this.#query("update session set sess = $2 where sid = $1", [sid, JSON.stringify(sess)]);
  }

  /** The session may just be ending, and then has no cart any more. */
  async #addCart(sid: string): Promise<void> {
    await this.#query(
      `with owner as (select sid from session where sid = $1 for key share),
         cart as (insert into carts (session_sid) select sid from owner returning id)
       insert into cart_items (cart_id) select id from cart`,
      [sid],
    );
  }

  async #addItem(sid: string): Promise<void> {
    await this.#query(
      `with cart as (select id from carts where session_sid = $1 limit 1 for key share)
       insert into cart_items (cart_id) select id from cart`,
      [sid],
    );
  }

  /** New rows, and the data that names them. */
  async #newData(): Promise<unknown> {
    const made = await this.#query("insert into drafts default values returning id");
    const draftId = Number(made.rows[0].id);
    if (this.#random(3) > 0) return { draftId };
    const uploads = await this.#query(
      "insert into uploads select from generate_series(1, $1) returning id",
      [1 + this.#random(3)],
    );
    return { draftId, uploads: uploads.rows };
  }

  /** What somebody else names: from now on it is both sessions'. */
  async #othersData(): Promise<unknown> {
    const { rows } = await this.#query(
      "select sess from session where sid >= $1 order by sid limit 1",
      [`c${this.#random(10)}-${this.#random(1000)}`],
    );
    return rows[0]?.sess ?? {};
  }

  #newSid(): string {
    return `${this.#name}-${this.#made++}`;
  }

  #query(sql: string, params: unknown[] = []): Promise<pg.QueryResult> {
    return this.#connection.query(sql, params);
  }
}

/** Makes the client of a number; the shop's, where nothing else is said. */
type MakeClient = (
  connection: pg.Client,
  name: string,
  seed: number,
) => { readonly act: () => Promise<void> };

const ofShop: MakeClient = (connection, name, seed) => new Client(connection, name, seed);

/** So many clients, all together so many transactions. */
export async function runClients(
  db: TestDatabase,
  clients: number,
  transactions: number,
  seed: number,
  make: MakeClient = ofShop,
): Promise<Tally> {
  const tally: Tally = { transactions: 0, errors: {}, longest: 0 };
  let left = transactions;
  await Promise.all(
    Array.from({ length: clients }, async (_, index) => {
      const connection = await db.connect();
      const client = make(connection, `c${index}`, seed + index);
      while (left-- > 0) await counted(tally, connection, () => client.act());
    }),
  );
  return tally;
}

/** Something that goes on until it is told to stop, on a connection of its own. */
export interface Running {
  readonly stop: () => Promise<void>;
}

function over(
  db: TestDatabase,
  pause: number,
  work: (connection: pg.Client) => Promise<unknown>,
): Running {
  let stopped = false;
  const done = (async () => {
    const connection = await db.connect();
    while (!stopped) {
      await work(connection);
      await sleep(pause);
    }
  })();
  // An error is told to whoever stops it.
  done.catch(() => {});
  return {
    stop: () => {
      stopped = true;
      return done;
    },
  };
}

/** Sweeps again and again, as pg_cron would if a minute were an instant. */
export function sweeping(db: TestDatabase, worker: number): Running {
  return over(db, 20, async (connection) => {
    await connection.query(`set application_name = '${SWEEP}'`);
    await connection.query("call lastwill.sweep(worker => $1)", [worker]);
  });
}

/** connect-pg-simple's own clean-up. */
export function pruning(db: TestDatabase, tally: Tally, pause = 500): Running {
  return over(db, pause, (connection) =>
    counted(tally, connection, () =>
      connection.query("DELETE FROM session WHERE expire < to_timestamp($1)", [Date.now() / 1000]),
    ),
  );
}

/** Crowds that come at once, and are gone in a second: what the workers share. None comes while many are due. */
export function crowding(db: TestDatabase, sql: (name: string) => string): Running {
  let crowds = 0;
  return over(db, 1_500, async (connection) => {
    const due =
      "select count(*) > 4000 as many from session where expire < now() at time zone 'UTC'";
    const { rows } = await connection.query(due);
    if (!rows[0].many) await connection.query(sql(`z${++crowds}`));
  });
}

/** A crowd of the shop: each session with a draft. */
export function crowdOf(name: string): string {
  return `
    with made as (insert into drafts select from generate_series(1, 4000) returning id)
    insert into session
    select '${name}-' || id, json_build_object('draftId', id), now() at time zone 'UTC' + interval '3 seconds'
    from made;
    analyze session`;
}

/** Ends every grace and every pause, and sweeps until nothing waits any more. */
export async function drain(db: TestDatabase): Promise<void> {
  for (let tries = 0; tries < 20; tries++) {
    await db.query("update lastwill.released set due_at = now()");
    await db.query("update lastwill.quarantine set next_try = now()");
    await db.query(`set application_name = '${SWEEP}'`);
    await db.query("call lastwill.sweep()");
    if ((await value(db, "select count(*)::integer from lastwill.released")) === 0) return;
  }
}

/** What the log of the sweep says that it ended, and what the tables say that it did. */
export async function sweptFigures(db: TestDatabase): Promise<{ said: unknown; done: unknown }> {
  const [said] = await db.query(`
    select coalesce(sum(owners_ended), 0)::integer as owners,
           coalesce(sum(released_ended), 0)::integer as released
    from lastwill.sweep_run`);
  const [done] = await db.query(`
    select count(*) filter (where kind = 'session')::integer as owners,
           count(*) filter (where kind <> 'session' and depth = 0)::integer as released
    from journal.gone
    where who = '${SWEEP}'`);
  return { said, done };
}
