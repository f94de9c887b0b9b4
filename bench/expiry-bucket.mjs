import { parseArgs } from "node:util";
import { median, shuffled } from "./measure.mjs";
import { startServer } from "./server.mjs";
import { World } from "./world.mjs";

/**
 * `node bench/expiry-bucket.mjs [--repeats 5]`: what the index on the expiry costs a touch, and whether
 * an index on the hour it falls into, in a generated column, is cheaper. An index on the expiry itself
 * takes from every touch its HOT update; that of the hour only from those that reach another hour.
 */
const LAYOUTS = {
  "no index": "",
  "index on expire": "create index on session (expire);",
  "index on the hour": `
    alter table session
      add column expire_hour timestamp generated always as (date_trunc('hour', expire)) stored;
    create index on session (expire_hour);`,
};

/** How many touches a session has in an hour of the benchmark's own clock. */
const PACES = { "ten touches an hour": 10, "one touch an hour": 1 };

const SESSIONS = 10_000;
const TOUCHES = 100_000;

const { values } = parseArgs({ options: { repeats: { type: "string", default: "5" } } });
const server = await startServer();
const world = new World(server);
try {
  const found = [];
  for (let repeat = 0; repeat < Number(values.repeats); repeat++) {
    for (const [pace, perHour] of shuffled(Object.entries(PACES))) {
      for (const layout of shuffled(Object.keys(LAYOUTS))) {
        found.push({ pace, layout, ...(await touches(LAYOUTS[layout], perHour)) });
      }
    }
  }
  report(found);
} finally {
  await world.close();
  await server.stop();
}

async function touches(layout, perHour) {
  const admin = await world.client("postgres");
  await admin.query("create database bucket template template0 encoding 'UTF8'");
  const client = await world.client("bucket");
  await client.query(`
    create table session (
      sid varchar primary key,
      sess json not null,
      expire timestamp(6) not null
    );
    ${layout}
    insert into session (sid, sess, expire)
    select
      md5('session ' || n),
      json_build_object('views', n, 'csrf', md5(n::text), 'flash', repeat('x', 150)),
      timestamp '2026-01-01 00:30' + n * interval '1 hour' / ${SESSIONS}
    from generate_series(1, ${SESSIONS}) as n;
    create procedure touch(hours double precision)
      language plpgsql
    as $$
    begin
      for i in 1 .. ${TOUCHES} loop
        update session
        set expire = timestamp '2026-01-01 01:00' + hours * i / ${TOUCHES} * interval '1 hour'
        where sid = md5('session ' || 1 + (i * 7919) % ${SESSIONS});
        commit;
      end loop;
    end $$;`);
  await client.query("vacuum (freeze, analyze) session");
  await client.query("set synchronous_commit = off");
  await admin.query("checkpoint");
  const before = await state(client);
  const started = performance.now();
  await client.query("call touch($1)", [TOUCHES / SESSIONS / perHour]);
  const us = ((performance.now() - started) * 1_000) / TOUCHES;
  await client.query("select pg_stat_force_next_flush()");
  const after = await state(client);
  await world.drop("bucket");
  return {
    us,
    wal: (after.wal - before.wal) / TOUCHES,
    hot: (100 * (after.hot - before.hot)) / TOUCHES,
    size: after.size / before.size,
  };
}

async function state(client) {
  const { rows } = await client.query(`
    select
      pg_current_wal_insert_lsn() - '0/0'::pg_lsn as wal,
      pg_total_relation_size('session') as size,
      n_tup_hot_upd as hot
    from pg_stat_user_tables
    where relname = 'session'`);
  return Object.fromEntries(Object.entries(rows[0]).map(([name, value]) => [name, Number(value)]));
}

/** Ratios to no index at all; the times' spread in brackets. */
function report(found) {
  for (const pace of Object.keys(PACES)) {
    const of = (layout, figure) =>
      found
        .filter((each) => each.pace === pace && each.layout === layout)
        .map((each) => each[figure]);
    process.stdout.write(`\n${pace}\n`);
    for (const layout of Object.keys(LAYOUTS)) {
      const ratios = of(layout, "us").map((us, repeat) => us / of("no index", "us")[repeat]);
      const figure = (name) => median(of(layout, name));
      process.stdout.write(
        `  ${layout.padEnd(18)} time ${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)}..${Math.max(...ratios).toFixed(2)})` +
          `  WAL ${figure("wal").toFixed(0)} B  HOT ${figure("hot").toFixed(0)} %  size × ${figure("size").toFixed(2)}\n`,
      );
    }
  }
}
