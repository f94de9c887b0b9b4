import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { openDatabase, type TestDatabase } from "../support/database.ts";
import { column, installInto, SHOP_MANIFEST, SHOP_SCHEMA, value } from "../support/installed.ts";
import { newSeed, randomness } from "../support/randomness.ts";
import { chooseBinaries } from "../support/server/choice.ts";
import { type Cluster, durable, startCluster } from "../support/server/cluster.ts";
import { amount, report, SOAK } from "./soak.ts";

const KILLS = amount(100, 5);
/** Enough for two workers, and how many come when there are fewer. */
const [DUE_AT_LEAST, MORE] = SOAK ? [4_000, 6_000] : [1_800, 3_000];

/** Each row that goes is written down, and how: by the sweep itself, or by a trigger of an owner that ends. */
const GONE = `
  create table gone (kind text, key text, who text, depth integer);
  create function write_down() returns trigger language plpgsql security definer as $$
  begin
    insert into gone
    values (
      tg_table_name, to_jsonb(old) ->> tg_argv[0], current_setting('application_name'), pg_trigger_depth() - 1
    );
    return null;
  end $$;
  create trigger write_down after delete on session for each row execute function write_down('sid');
  create trigger write_down after delete on drafts for each row execute function write_down('id');
  create trigger write_down after delete on uploads for each row execute function write_down('id');`;

/**
 * Sessions of which most have expired, a fifth was deleted by the application, and a twentieth lives; each with a
 * cart and two items, a draft that three share, and an upload of its own beside one of another's.
 */
const SESSIONS = `
  insert into drafts (id) select n from generate_series($1::int, $2::int) as n where n % 3 = 0;
  insert into uploads (id) select md5(n::text)::uuid from generate_series($1::int, $2::int + 7) as n
  on conflict do nothing;
  insert into session
  select
    's' || n,
    json_build_object(
      'draftId', (n + 2) / 3 * 3,
      'uploads', json_build_array(
        json_build_object('id', md5(n::text)::uuid), json_build_object('id', md5((n + 7)::text)::uuid)
      )
    ),
    now() at time zone 'UTC'
      + case when n % 20 = 0 or n % 15 between 1 and 3 then interval '1 hour' else interval '-1 hour' end
  from generate_series($1::int, $2::int) as n;
  insert into carts (session_sid) select 's' || n from generate_series($1::int, $2::int) as n;
  insert into cart_items (cart_id)
  select carts.id
  from carts
  join generate_series($1::int, $2::int) as n on session_sid = 's' || n
  cross join generate_series(1, 2);
  set application_name = 'application';
  delete from session using generate_series($1::int, $2::int) as n
  where sid = 's' || n and n % 15 between 1 and 3 and n % 20 <> 0;
  update lastwill.released set due_at = now()`;

/** What may never be, after whatever crash: said by the tables themselves. */
const BROKEN = `
  with naming as materialized (
    select 'draft' as kind, sess ->> 'draftId' as key, sid from session
    union
    select 'upload', element ->> 'id', sid from session, json_array_elements(sess -> 'uploads') as element
  ),
  there as materialized (
    select 'draft' as kind, id::text as key from drafts union all select 'upload', id::text from uploads
  ),
  links as (
    select 'draft' as kind, owned_key::text as key, owner_key as sid from lastwill.session_drafts
    union all
    select 'upload', owned_key::text, owner_key from lastwill.session_uploads
  )
  select 'a cart without its session: ' || id as broken
  from carts where session_sid is null or session_sid not in (select sid from session)
  union all
  select 'an item without its cart: ' || id
  from cart_items where cart_id is null or cart_id not in (select id from carts)
  union all
  select 'a session that is half deleted: ' || sid
  from session
  left join carts on session_sid = sid
  left join cart_items on cart_id = carts.id
  group by sid
  having count(distinct carts.id) <> 1 or count(cart_items.id) <> 2
  union all
  select 'a session''s row is gone: ' || kind || ' ' || key
  from (select kind, key from naming except select kind, key from there) as lost
  union all
  select 'a row without owner: ' || kind || ' ' || key
  from (
    select kind, key from there
    except
    select kind, key from naming
    except
    select case edge when 'session.drafts' then 'draft' else 'upload' end, owned_key from lastwill.released
  ) as ownerless
  union all
  select 'a link without its owner: ' || kind || ' ' || key || ' ' || sid
  from (select * from links except select kind, key, sid from naming) as loose
  union all
  select 'a tie without its link: ' || kind || ' ' || key || ' ' || sid
  from (select kind, key, sid from naming except select * from links) as untied`;

/** What the log says, and what the tables say. */
const FIGURES = `
  select
    (select coalesce(sum(owners_ended), 0)::integer from lastwill.sweep_run) as said_owners,
    (select coalesce(sum(released_ended), 0)::integer from lastwill.sweep_run) as said_released,
    (select count(*)::integer from gone where kind = 'session' and who <> 'application') as owners,
    (select count(*)::integer from gone where kind <> 'session' and depth = 0) as released,
    (select $1::int - count(*)::integer from session) as all_sessions,
    (select count(*)::integer from gone where kind = 'session') as all_gone`;

for (const workers of [1, 2]) {
  const seed = newSeed();
  test(
    `a sweep by ${workers} that is killed at any moment, ${KILLS} times, leaves nothing half done, the next goes on, and the log says what the tables say (LASTWILL_SEED=${seed})`,
    async () => {
      const binaries = chooseBinaries();
      const cluster = await startCluster({ ...binaries, cron: false }, durable(binaries));
      try {
        await withShop(cluster, workers, seed);
      } finally {
        await cluster.stop();
      }
    },
    SOAK ? 3_600_000 : 120_000,
  );
}

async function withShop(cluster: Cluster, workers: number, seed: number): Promise<void> {
  const random = randomness(seed);
  const manifest = SHOP_MANIFEST.replace("hold_over: 1", `hold_over: 1, workers: ${workers}`);
  const first = await openDatabase(cluster.url);
  await installInto(first, { schema: SHOP_SCHEMA + GONE, manifest }, async () => {});
  await first.close();

  let made = 0;
  const killed = { backend: 0, server: 0, between: 0, late: 0 };
  let cutOff = 0;
  while (killed.backend + killed.server < KILLS) {
    let db = await openDatabase(cluster.url);
    made = await refill(db, made);
    const before = await ended(db);
    const sweepers = await Promise.all(Array.from({ length: workers }, () => db.connect()));
    const sweeps = sweepers.map((sweeper, index) =>
      sweeper.query("call lastwill.sweep(worker => $1)", [index + 1]),
    );
    const outcome = Promise.allSettled(sweeps);
    // Every second one at whatever moment, the others when part of the work has been committed.
    if ((killed.backend + killed.server) % 2 === 0) await committed(db, before, outcome);
    await sleep(random(SOAK ? 400 : 200));
    const victim = random(2) === 0 ? "backend" : "server";
    const { processID } = sweepers[random(workers)] as unknown as { processID: number };
    if (victim === "server") {
      await cluster.kill();
      await cluster.restart();
    } else {
      process.kill(processID, "SIGKILL");
    }
    const cut = (await outcome).filter(({ status }) => status === "rejected").length;
    await db.close();
    db = await reopen(cluster);
    expect(await column(db, BROKEN)).toEqual([]);
    await expectExact(db, made);
    if (cut === 0) killed.late += 1;
    else killed[victim] += 1;
    if (cut > 0 && (await ended(db)) > before) killed.between += 1;
    cutOff += cut;
    expect(
      Number(await value(db, "select count(*) from lastwill.sweep_run where ended_at is null")),
    ).toBeLessThanOrEqual(cutOff);
    await db.close();
  }

  const db = await openDatabase(cluster.url);
  report(`killed, ${workers} workers`, { ...killed, made, ...(await figures(db, made)) });
  expect(killed.between).toBeGreaterThanOrEqual(KILLS / 2);
  // Whatever was cut off and by whom: two sweeps more, and exactly what lives is there.
  for (let n = 0; n < 2; n++) {
    await db.query("update lastwill.released set due_at = now()");
    await db.query("call lastwill.sweep()");
  }
  expect(await column(db, BROKEN)).toEqual([]);
  await expectExact(db, made);
  const live = Math.floor(made / 20);
  expect(
    await db.query(`
      select (select count(*)::integer from session) as sessions,
             (select count(*)::integer from drafts) as drafts,
             (select count(*)::integer from uploads) as uploads,
             (select count(*)::integer from lastwill.released) as released,
             (select count(*)::integer from lastwill.quarantine) as quarantined`),
  ).toEqual([{ sessions: live, drafts: live, uploads: 2 * live, released: 0, quarantined: 0 }]);
  await db.close();
}

/** Makes new sessions when too few are due; gives how many were made in all. */
async function refill(db: TestDatabase, made: number): Promise<number> {
  const due = Number(await value(db, "select expired from lastwill.status"));
  if (due >= DUE_AT_LEAST) return made;
  const upTo = made + MORE;
  const sql = SESSIONS.replaceAll("$1::int", String(made + 1)).replaceAll("$2::int", String(upTo));
  await db.query(sql);
  await db.query("analyze");
  return upTo;
}

async function ended(db: TestDatabase): Promise<number> {
  return Number(
    await value(
      db,
      "select coalesce(sum(owners_ended + released_ended), 0) from lastwill.sweep_run",
    ),
  );
}

/** Waits until a sweep has committed a batch, or is over. */
async function committed(
  db: TestDatabase,
  before: number,
  outcome: Promise<unknown>,
): Promise<void> {
  const over = outcome.then(() => true);
  while ((await ended(db)) === before && !(await Promise.race([over, sleep(5, false)])));
}

async function figures(db: TestDatabase, made: number): Promise<Record<string, number>> {
  return (await db.query<Record<string, number>>(FIGURES, [made]))[0] ?? {};
}

async function expectExact(db: TestDatabase, made: number): Promise<void> {
  const found = await figures(db, made);
  expect(found["said_owners"]).toBe(found["owners"]);
  expect(found["said_released"]).toBe(found["released"]);
  expect(found["all_sessions"]).toBe(found["all_gone"]);
}

/** Waits for a server that picks itself up again, which it does when it sees that one of its own has crashed. */
async function reopen(cluster: Cluster): Promise<TestDatabase> {
  const until = Date.now() + 60_000;
  for (;;) {
    try {
      return await openDatabase(cluster.url);
    } catch (error) {
      if (Date.now() > until) throw error;
      await sleep(20);
    }
  }
}
