import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import {
  checkLaws,
  column,
  expire,
  type Installed,
  value,
  withInstalled,
} from "../support/installed.ts";
import { newSeed, randomness } from "../support/randomness.ts";
import { BUSY_MANIFEST, BUSY_SCHEMA, drain, runClients, sweeping, sweptFigures } from "./shop.ts";
import { amount, report, SOAK } from "./soak.ts";

const SESSIONS = amount(20_000, 3_000);
const OF_EACH = amount(40, 8);

/** Names that sort before those of the clients, who therefore never come to share their rows. */
const AWAY = `
  insert into drafts (id) select generate_series(1000001, 1000000 + ${SESSIONS});
  insert into session
  select 'away-' || n, json_build_object('draftId', 1000000 + n), now() at time zone 'UTC' + interval '1 hour'
  from generate_series(1, ${SESSIONS}) as n;
  insert into carts (session_sid) select 'away-' || n from generate_series(1, ${SESSIONS}) as n;
  insert into cart_items (cart_id) select id from carts;
  analyze`;

/** What was never declared, and came later. */
const THEIRS = `
  create table invoices (cart_id bigint references carts, draft_id bigint references drafts);
  create function refuse() returns trigger language plpgsql as $$
  begin
    raise exception 'the archive is closed' using errcode = 'P0815';
  end $$`;

const QUARANTINE = `
  select edge, sqlstate, array_agg(number order by number) as numbers,
         min(next_try) > now() as later, min(tries)::integer as tries,
         count(distinct message)::integer > 0 as reason
  from lastwill.quarantine
  cross join lateral (select substring(key from '\\d+$')::integer % 1000000 as number) as of_key
  group by edge, sqlstate order by edge, sqlstate`;

const seed = newSeed();
test(
  `of ${SESSIONS} sessions those that cannot end are put aside with the reason, the others end beside 4 clients and two workers, and those too once nothing holds them (LASTWILL_SEED=${seed})`,
  () =>
    withInstalled({ schema: BUSY_SCHEMA, manifest: BUSY_MANIFEST }, async (db) => {
      const poisoned = choose(seed);
      const { cart, draft, raises, lockedCart, lockedDraft, lockedSession } = poisoned;
      await db.query(AWAY);
      await db.query(THEIRS);
      await db.query(`
      create trigger refuse before delete on drafts for each row
        when (old.id - 1000000 in (${raises})) execute function refuse();
      insert into invoices (cart_id) select id from carts where session_sid in (${sids(cart)});
      insert into invoices (draft_id) select id from drafts where id - 1000000 in (${draft})`);
      const holder = await db.connect();
      await holder.query(`
      begin;
      select from carts where session_sid in (${sids(lockedCart)}) for update;
      select from drafts where id - 1000000 in (${lockedDraft}) for update;
      update session set expire = now() at time zone 'UTC' where sid in (${sids(lockedSession)})`);
      // Those that the holder has just written to have expired by the time he commits.
      await expire(db, `starts_with(sid, 'away-') and sid not in (${sids(lockedSession)})`);

      const sweeps = [sweeping(db, 1), sweeping(db, 2)];
      const working = runClients(db, 4, amount(20_000, 600), seed);
      const started = performance.now();
      await reached(db, [...cart, ...lockedCart, ...lockedSession]);
      const seconds = (performance.now() - started) / 1000;
      const clients = await working;
      for (const each of sweeps) await each.stop();

      report("beside what cannot end", { sessions: SESSIONS, ofEach: OF_EACH, seconds, clients });
      expect(clients.errors).toEqual({});
      const aside = { later: true, reason: true };
      expect(await db.query(QUARANTINE)).toEqual([
        { edge: "session", sqlstate: "23503", numbers: cart, tries: 1, ...aside },
        { edge: "session", sqlstate: "55P03", numbers: lockedCart, tries: 1, ...aside },
        { edge: "session.drafts", sqlstate: "23503", numbers: draft, tries: 1, ...aside },
        { edge: "session.drafts", sqlstate: "P0815", numbers: raises, tries: 1, ...aside },
      ]);
      // Their sessions are gone, but for those whose cart is held: whom nothing holds has ended with everything.
      expect(await draftsLeft(db)).toEqual(
        sorted([...cart, ...draft, ...raises, ...lockedCart, ...lockedDraft, ...lockedSession]),
      );

      // Tried again before its cause is gone, each waits twice as long.
      await holder.query("commit");
      await drain(db);
      const longer = { later: true, reason: true };
      const again = await db.query(QUARANTINE);
      expect(again).toMatchObject([
        { edge: "session", sqlstate: "23503", numbers: cart, ...longer },
        { edge: "session.drafts", sqlstate: "23503", numbers: draft, ...longer },
        { edge: "session.drafts", sqlstate: "P0815", numbers: raises, ...longer },
      ]);
      for (const { tries } of again) expect(Number(tries)).toBeGreaterThan(1);
      expect(await draftsLeft(db)).toEqual(sorted([...cart, ...draft, ...raises]));

      await db.query("drop trigger refuse on drafts; drop table invoices");
      await expire(db);
      await drain(db);
      expect(await column(db, "select key from lastwill.quarantine")).toEqual([]);
      expect(await column(db, "select sid from session")).toEqual([]);
      expect(await draftsLeft(db)).toEqual([]);
      expect(await checkLaws(db)).toEqual([]);
      const { said, done } = await sweptFigures(db);
      expect(said).toEqual(done);
    }),
  SOAK ? 1_200_000 : 120_000,
);

/** Numbers of sessions, no two the same, for each thing that can hold one. */
function choose(from: number): Record<(typeof KINDS)[number], number[]> {
  const random = randomness(from);
  const numbers = new Set<number>();
  while (numbers.size < KINDS.length * OF_EACH) numbers.add(1 + random(SESSIONS));
  const all = [...numbers];
  return Object.fromEntries(
    KINDS.map((kind, n) => [kind, sorted(all.slice(n * OF_EACH, (n + 1) * OF_EACH))]),
  ) as Record<(typeof KINDS)[number], number[]>;
}

const KINDS = ["cart", "draft", "raises", "lockedCart", "lockedDraft", "lockedSession"] as const;

function sids(numbers: readonly number[]): string {
  return numbers.map((number) => `'away-${number}'`).join(", ");
}

function sorted(numbers: readonly number[]): number[] {
  return [...numbers].sort((a, b) => a - b);
}

async function draftsLeft(db: Installed): Promise<number[]> {
  const left = await column(db, "select id - 1000000 from drafts where id > 1000000 order by id");
  return left.map(Number);
}

/** Waits until no other session is left than these, and until every draft has been tried. */
async function reached(db: Installed, numbers: readonly number[]): Promise<void> {
  const until = Date.now() + (SOAK ? 600_000 : 60_000);
  const wanted = sorted(numbers);
  for (;;) {
    const left = await column(
      db,
      "select substr(sid, 6)::integer from session where starts_with(sid, 'away-') order by 1",
    );
    const aside = Number(await value(db, "select count(*) from lastwill.quarantine"));
    if (left.length === wanted.length && aside === 4 * OF_EACH) {
      expect(left).toEqual(wanted);
      return;
    }
    if (Date.now() > until)
      throw new Error(`${left.length} sessions are left, and ${aside} rows are put aside`);
    await sleep(100);
  }
}
