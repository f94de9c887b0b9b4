import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { expect, test } from "vitest";
import {
  checkLaws,
  column,
  expire,
  type Installed,
  JOURNAL,
  login,
  SHOP_MANIFEST,
  SHOP_SCHEMA,
  value,
  withInstalled,
} from "../support/installed.ts";
import { newSeed, randomness } from "../support/randomness.ts";

const CLIENTS = 6;
const TRANSACTIONS = 300;

/** What a client does, over and over: what applications do to sessions. */
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

  async transaction(): Promise<void> {
    const sid = this.#sessions[this.#random(this.#sessions.length)];
    const kind = this.#random(sid === undefined ? 2 : 10);
    switch (kind) {
      case 0:
      case 1:
        return this.#begin();
      case 2:
        return this.#logInAgain(sid as string);
      case 3:
        return this.#end(sid as string, "delete from session where sid = $1");
      case 4:
        return this.#end(sid as string, EXPIRE);
      case 5:
        await this.#query(RENEW, [sid]);
        return;
      case 6:
        await this.#query("update session set sess = $2 where sid = $1", [sid, await this.#data()]);
        return;
      case 7:
        // Somebody else's draft, and so shared.
        await this.#query("update session set sess = $2 where sid = $1", [
          sid,
          await this.#shared(),
        ]);
        return;
      case 8:
        return this.#fillCart(sid as string);
      default:
        await this.#query(`delete from session where expire < now() at time zone 'UTC'`);
    }
  }

  async #begin(): Promise<void> {
    const sid = this.#newSid();
    await login(
      this.#connection,
      sid,
      await this.#data(),
      this.#random(4) === 0 ? "1 second" : "1 hour",
    );
    this.#sessions.push(sid);
  }

  /** As stores rotate ids: the old row goes, some time passes, the new one comes. Or the other way. */
  async #logInAgain(old: string): Promise<void> {
    const { rows } = await this.#query("select sess from session where sid = $1", [old]);
    const sid = this.#newSid();
    const insert = () => login(this.#connection, sid, rows[0]?.sess ?? {});
    const remove = () => this.#query("delete from session where sid = $1", [old]);
    const atOnce = this.#random(3) === 0;
    if (atOnce) await this.#query("begin");
    if (this.#random(3) === 0) {
      await insert();
      await remove();
    } else {
      await remove();
      await insert();
    }
    if (atOnce) await this.#query("commit");
    this.#sessions = [...this.#sessions.filter((other) => other !== old), sid];
  }

  async #end(sid: string, sql: string): Promise<void> {
    await this.#query(sql, [sid]);
    this.#sessions = this.#sessions.filter((other) => other !== sid);
  }

  /** A cart and an item, for a session that somebody may just be ending. */
  async #fillCart(sid: string): Promise<void> {
    await this.#query(
      `with cart as (
         insert into carts (session_sid) select sid from session where sid = $1 returning id
       )
       insert into cart_items (cart_id) select id from cart`,
      [sid],
    ).catch((error: unknown) => {
      // The session ended between our look and our insert: the foreign key says so, as it should.
      if ((error as { code?: string }).code !== "23503") throw error;
    });
  }

  /** New rows, and the data that names them. */
  async #data(): Promise<string> {
    const made = await this.#query("insert into drafts default values returning id");
    if (this.#random(3) > 0) return JSON.stringify({ draftId: Number(made.rows[0].id) });
    const uploads = await this.#query(
      "insert into uploads select from generate_series(1, $1) returning id",
      [1 + this.#random(3)],
    );
    return JSON.stringify({ draftId: made.rows[0].id, uploads: uploads.rows });
  }

  async #shared(): Promise<string> {
    const { rows } = await this.#query("select sess from session order by md5(sid || $1) limit 1", [
      String(this.#random(1000)),
    ]);
    return JSON.stringify(rows[0]?.sess ?? {});
  }

  #newSid(): string {
    return `${this.#name}-${this.#made++}`;
  }

  #query(sql: string, params: unknown[] = []): Promise<pg.QueryResult> {
    return this.#connection.query(sql, params);
  }
}

const RENEW = `update session set expire = now() at time zone 'UTC' + interval '1 hour' where sid = $1`;
const EXPIRE = `update session set expire = now() at time zone 'UTC' where sid = $1`;

for (const isolation of ["read committed", "repeatable read"]) {
  const seed = newSeed();
  test(`the laws hold after ${CLIENTS} clients beside two sweeps, under ${isolation} (LASTWILL_SEED=${seed})`, () =>
    withInstalled(
      {
        schema: `${SHOP_SCHEMA}${JOURNAL}`,
        manifest: SHOP_MANIFEST.replace("from: draftId", "from: draftId, grace: 1 second"),
      },
      async (db) => {
        let working = true;
        const sweeps = [1, 2].map(async () => {
          const sweeper = await db.connect();
          while (working) {
            await sweeper.query("call lastwill.sweep()");
            await sleep(20);
          }
        });
        const errors: unknown[] = [];
        const clients = Array.from({ length: CLIENTS }, async (_, index) => {
          const connection = await db.connect();
          await connection.query(`set default_transaction_isolation = '${isolation}'`);
          const client = new Client(connection, `c${index}`, seed + index);
          const count = isolation === "read committed" ? TRANSACTIONS : TRANSACTIONS / 3;
          for (let n = 0; n < count; n++) {
            await client.transaction().catch(async (error: unknown) => {
              await connection.query("rollback");
              // Under a fixed snapshot PostgreSQL itself asks to try again; that is no fault of ours.
              if (isolation !== "read committed" && (error as { code?: string }).code === "40001")
                return;
              errors.push(error);
            });
          }
        });
        await Promise.all(clients);
        working = false;
        await Promise.all(sweeps);
        expect(errors).toEqual([]);

        await drain(db);
        expect(await checkLaws(db)).toEqual([]);
        expect(await column(db, "select key || ': ' || message from lastwill.quarantine")).toEqual(
          [],
        );
        const ended = await value(
          db,
          "select sum(owners_ended) > 0 and sum(released_ended) > 0 from lastwill.sweep_run",
        );
        expect(ended).toBe(true);

        // And when every session ends, nothing that one has ever named is left.
        await expire(db);
        await drain(db);
        expect(await checkLaws(db)).toEqual([]);
        expect(await value(db, "select count(*)::integer from lastwill.session_drafts")).toBe(0);
      },
    ));
}

/** Ends every grace and sweeps, until nothing waits any more. */
async function drain(db: Installed): Promise<void> {
  for (let tries = 0; tries < 10; tries++) {
    await db.query("update lastwill.released set due_at = now()");
    await db.query("update lastwill.quarantine set next_try = now()");
    await db.query("call lastwill.sweep()");
    if ((await value(db, "select count(*)::integer from lastwill.released")) === 0) return;
  }
}
