import type pg from "pg";
import { expect, test } from "vitest";
import { column, expire, login, value, withInstalled } from "../support/installed.ts";
import { newSeed, randomness } from "../support/randomness.ts";
import { crowding, drain, pruning, runClients, sweeping, type Tally } from "./shop.ts";
import { amount, report, SOAK } from "./soak.ts";

const CLIENTS = 8;
const TRANSACTIONS = amount(50_000, 1_500);

/**
 * Rows tied by a join table, by a type column, and by a column that lets go of them for a while. Whoever deletes
 * one that a live session has is written down: it is locked then, so that nobody can just be tying it.
 */
const SCHEMA = `
  create table session (sid varchar primary key, sess json not null, expire timestamp(6) not null);
  create table carts (id bigint generated always as identity primary key, session_sid varchar);
  create table cart_items (id bigint generated always as identity primary key, cart_id bigint references carts);
  create table notes (id bigint generated always as identity primary key, owner_id varchar, owner_type text);
  create table documents (id bigint generated always as identity primary key);
  create table session_documents (sid varchar not null, document_id bigint not null);
  create index on session_documents (sid);
  create table wrong (kind text, id bigint);
  create table swept (who text);

  create function is_wrong() returns trigger language plpgsql set enable_seqscan = off as $$
  declare
    tied boolean;
  begin
    execute format(
      'select exists (
         select from session
         where expire > now() at time zone ''UTC'' and sid = any(array(%s))
       )',
      case tg_table_name
        when 'carts' then 'select ($1).session_sid'
        when 'notes' then 'select ($1).owner_id where ($1).owner_type = ''Session'''
        else 'select sid from session_documents where document_id = ($1).id'
      end
    ) into tied using old;
    if tied then
      insert into wrong values (tg_table_name, old.id);
    end if;
    return old;
  end $$;
  create trigger is_wrong before delete on carts for each row execute function is_wrong();
  create trigger is_wrong before delete on notes for each row execute function is_wrong();
  create trigger is_wrong before delete on documents for each row execute function is_wrong();

  create function write_down() returns trigger language plpgsql as $$
  begin
    insert into swept values (current_setting('application_name'));
    return null;
  end $$;
  create trigger write_down after delete on session for each row execute function write_down();`;

const MANIFEST = `
cron: none
owners:
  session:
    store: connect-pg-simple
    sweep: { hold_over: 1, workers: 2 }
    owns:
      - table: carts
        by: session_sid
        grace: 1 second
        owns: [{ table: cart_items, by: cart_id }]
      - table: notes
        by: { column: owner_id, type_column: owner_type, type: Session }
        grace: 1 second
      - table: documents
        through: { table: session_documents, owner: sid, owned: document_id }
        grace: 1 second`;

/** What is left over, each made with its tie in one transaction: so whatever has none now has outlived its owner. */
const OUTLIVED = `
  select 'cart ' || id as row from carts
  where session_sid is null or session_sid not in (select sid from session)
  union all
  select 'note ' || id from notes where owner_id is null or owner_id not in (select sid from session)
  union all
  select 'document ' || id from documents where id not in (select document_id from session_documents)
  union all
  select 'item ' || id from cart_items where cart_id is null or cart_id not in (select id from carts)`;

class Client {
  readonly #connection: pg.Client;
  readonly #name: string;
  readonly #random: (below: number) => number;
  #sessions: string[] = [];
  #made = 0;

  constructor(connection: pg.Client, name: string, seed: number) {
    this.#connection = connection;
    this.#name = name;
    this.#random = randomness(seed);
  }

  async act(): Promise<void> {
    const [sid, other] = [this.#one(), this.#one()];
    if (sid === undefined || other === undefined || this.#random(6) === 0) return this.#visit();
    const sql = STATEMENTS[this.#random(STATEMENTS.length + 3)];
    if (sql !== undefined) {
      await this.#query(sql, sql.includes("$2") ? [sid, other] : [sid]);
      return;
    }
    if (this.#random(3) > 0) return this.#logIn(sid);
    await this.#query(END[this.#random(END.length)] as string, [sid]);
    this.#sessions = this.#sessions.filter((each) => each !== sid);
  }

  async #visit(): Promise<void> {
    const sid = this.#newSid();
    await login(this.#connection, sid, {}, this.#random(4) === 0 ? "1 second" : "1 hour");
    this.#sessions.push(sid);
  }

  /** A new key for a session, which takes along what it has; in either order, at once or not. */
  async #logIn(old: string): Promise<void> {
    const sid = this.#newSid();
    const insert = () => login(this.#connection, sid, {});
    const remove = () => this.#query("delete from session where sid = $1", [old]);
    const adopt = () => this.#query("select lastwill.adopt_session($1, $2)", [old, sid]);
    const steps = [
      [insert, adopt, remove],
      [remove, insert, adopt],
      [insert, remove, adopt],
    ][this.#random(3)] as (() => Promise<unknown>)[];
    const atOnce = this.#random(2) === 0;
    if (atOnce) await this.#query("begin");
    for (const step of steps) await step();
    if (atOnce) await this.#query("commit");
    this.#sessions = [...this.#sessions.filter((each) => each !== old), sid];
  }

  #one(): string | undefined {
    return this.#sessions[this.#random(this.#sessions.length)];
  }

  #newSid(): string {
    return `${this.#name}-${this.#made++}`;
  }

  #query(sql: string, params: unknown[] = []): Promise<pg.QueryResult> {
    return this.#connection.query(sql, params);
  }
}

/** A session that is there, held for as long as the statement takes, or none. */
const OWNER = "owner as (select sid from session where sid = $1 for key share)";

const STATEMENTS = [
  `with ${OWNER}, cart as (insert into carts (session_sid) select sid from owner returning id)
   insert into cart_items (cart_id) select id from cart`,
  `with ${OWNER} insert into notes (owner_id, owner_type) select sid, 'Session' from owner`,
  `with ${OWNER}, made as (insert into documents select from owner returning id)
   insert into session_documents select sid, id from owner cross join made`,
  // Somebody else's document, which is both's from now on.
  `with ${OWNER}, named as (
     select document_id from session_documents where sid >= $2 order by sid limit 1
   ),
   document as (select id from documents where id in (select document_id from named) for key share)
   insert into session_documents select sid, id from owner cross join document`,
  // Rows that change hands.
  `with other as (select sid from session where sid = $2 for key share)
   update carts set session_sid = other.sid from other where session_sid = $1`,
  `with other as (select sid from session where sid = $2 for key share)
   update notes set owner_id = other.sid from other where owner_id = $1`,
  "delete from session_documents where sid = $1",
  "update session set expire = now() at time zone 'UTC' + interval '1 hour' where sid = $1",
];

const END = [
  "delete from session where sid = $1",
  "update session set expire = now() at time zone 'UTC' where sid = $1",
];

const seed = newSeed();
test(
  `${CLIENTS} clients see no error in ${TRANSACTIONS} transactions over join tables, type columns and graces, beside three sweeps, and the laws hold (LASTWILL_SEED=${seed})`,
  () =>
    withInstalled({ schema: SCHEMA, manifest: MANIFEST }, async (db) => {
      const prune: Tally = { transactions: 0, errors: {}, longest: 0 };
      const beside = [
        sweeping(db, 1),
        sweeping(db, 1),
        sweeping(db, 2),
        pruning(db, prune),
        crowding(db, crowdOf),
      ];
      const make = (connection: pg.Client, name: string, from: number) =>
        new Client(connection, name, from);
      const clients = await runClients(db, CLIENTS, TRANSACTIONS, seed, make);
      for (const each of beside) await each.stop();
      const runs = await db.query(`
        select worker, count(*)::integer as runs, sum(owners_ended)::integer as owners,
               sum(released_ended)::integer as released, count(last_error)::integer as failed
        from lastwill.sweep_run group by worker order by worker`);
      report("over every kind of edge", { clients, prune, runs });
      expect({ clients: clients.errors, prune: prune.errors }).toEqual({ clients: {}, prune: {} });

      for (const end of ["false", "true"]) {
        await expire(db, end);
        await drain(db);
        expect(await db.query("select kind, id from wrong")).toEqual([]);
        expect(await column(db, OUTLIVED)).toEqual([]);
        expect(await column(db, "select key || message from lastwill.quarantine")).toEqual([]);
      }
      expect(await value(db, "select sum(owners_ended)::integer from lastwill.sweep_run")).toBe(
        await value(db, "select count(*)::integer from swept where who = 'sweep'"),
      );
      const left = ["session", "carts", "cart_items", "notes", "documents", "session_documents"];
      for (const table of left)
        expect(await value(db, `select count(*)::integer from ${table}`), table).toBe(0);
    }),
  SOAK ? 3_600_000 : 120_000,
);

/** Many sessions that are gone in a second, each with a row of every kind. */
function crowdOf(name: string): string {
  return `
    insert into session
    select '${name}-' || n, '{}', now() at time zone 'UTC' + interval '1 second'
    from generate_series(1, 2000) as n;
    insert into carts (session_sid) select '${name}-' || n from generate_series(1, 2000) as n;
    insert into notes (owner_id, owner_type)
    select '${name}-' || n, 'Session' from generate_series(1, 2000) as n;
    with made as (insert into documents select from generate_series(1, 2000) returning id)
    insert into session_documents
    select '${name}-' || row_number() over (order by id), id from made;
    analyze`;
}
