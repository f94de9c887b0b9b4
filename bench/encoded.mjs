import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { generate, loadManifest, readCatalog } from "../dist/index.js";
import { MIGRATIONS_TABLE, migrate } from "../dist/migrate.js";
import { compare, randomNumbers, shuffled } from "./measure.mjs";
import { startServer } from "./server.mjs";
import { World } from "./world.mjs";

/**
 * `npm run build && node bench/encoded.mjs [--repeats 9]`: what one statement costs where a store's data
 * has to be decoded, as a ratio to the same table without our triggers. The data is what real clients
 * wrote (test/samples): texts of which several name one cart, so a write changes the text and no pointer.
 */
const STORES = [
  {
    store: "rails",
    decoder: "decode_ruby_marshal",
    cart: 42,
    sample: "rails-activerecord-session-store",
    table: "sessions",
    data: "data",
    touch: "updated_at = now() at time zone 'UTC'",
    fill: `insert into sessions (session_id, data, created_at, updated_at)
           select key, doc, now() at time zone 'UTC', now() at time zone 'UTC'`,
    key: "session_id",
  },
  {
    store: "laravel",
    decoder: "decode_php",
    cart: 43,
    sample: "laravel",
    table: "sessions",
    data: "payload",
    touch: "last_activity = extract(epoch from now())",
    fill: `insert into sessions (id, payload, last_activity)
           select key, doc, extract(epoch from now())`,
    key: "id",
  },
  {
    store: "django",
    decoder: "decode_django",
    cart: 42,
    sample: "django",
    table: "django_session",
    data: "session_data",
    touch: "expire_date = now() + interval '1 day'",
    fill: `insert into django_session (session_key, session_data, expire_date)
           select key, doc, now() + interval '1 day'`,
    key: "session_key",
  },
];

const SESSIONS = 2_000;
const CALL = 250;
const CALLS = 4;
const CONTESTANTS = ["bare", "bare_again", "ours"];

const { values } = parseArgs({ options: { repeats: { type: "string", default: "9" } } });
const server = await startServer();
const world = new World(server);
try {
  for (const store of STORES) {
    for (const result of await measure(store, Number(values.repeats))) {
      const { case: name, ratio, min, max, oursMedian, theirsMedian } = result;
      const figures = [ratio, min, max].map((figure) => figure.toFixed(2));
      const times = [oursMedian, theirsMedian].map((time) => `${time.toFixed(0)} µs`);
      process.stdout.write(
        `${store.store.padEnd(8)} ${name.padEnd(36)} ${figures[0]} (${figures[1]}..${figures[2]})  ${times.join(" / ")}\n`,
      );
    }
  }
} finally {
  await world.close();
  await server.stop();
}

async function measure(store, repeats) {
  const { clients, docs } = await layouts(store);
  const times = {};
  for (let repeat = 0; repeat <= repeats; repeat++) {
    for (const [name, statement] of Object.entries(statements(store))) {
      const spent = await round(clients, statement, docs);
      // The first round warms caches and plans, and is forgotten.
      if (repeat === 0) continue;
      times[name] ??= Object.fromEntries(CONTESTANTS.map((contestant) => [contestant, []]));
      for (const contestant of CONTESTANTS) times[name][contestant].push(spent[contestant]);
    }
    for (const client of Object.values(clients)) await client.query("vacuum analyze");
  }
  for (const name of CONTESTANTS) await world.drop(name);
  return Object.entries(times).flatMap(([name, spent]) => [
    compare({ case: name, times: spent, ours: "ours", theirs: "bare" }),
    compare({ case: `${name}, noise floor`, times: spent, ours: "bare_again", theirs: "bare" }),
  ]);
}

function statements({ table, key, data, touch, fill }) {
  return {
    touch: `update ${table} set ${touch} where ${key} = keys[i]`,
    "data written, same pointer": `update ${table} set ${data} = docs[i], ${touch} where ${key} = keys[i]`,
    "insert, a cart named": `${fill} from (values (keys[i] || made, docs[i])) as given (key, doc)`,
  };
}

/** Microseconds a statement for each contestant, in calls by turns. */
async function round(clients, statement, docs) {
  const spent = Object.fromEntries(CONTESTANTS.map((contestant) => [contestant, 0]));
  for (let call = 0; call < CALLS; call++) {
    const keys = randomNumbers(CALL, SESSIONS).map((number) => `session ${number}`);
    const texts = keys.map((_, place) => docs[(place + call) % docs.length]);
    const made = ` made ${call} ${Math.random()}`;
    for (const contestant of shuffled(CONTESTANTS)) {
      const client = clients[contestant];
      await client.query(loop(statement));
      const { rows } = await client.query("call bench_loop($1, $2, $3)", [
        keys.map((key, place) => (statement.startsWith("insert") ? `${place}` : key)),
        texts,
        made,
      ]);
      spent[contestant] += rows[0].us / (CALL * CALLS);
      await client.query("call bench_clear()");
    }
  }
  return spent;
}

function loop(statement) {
  return `
    create or replace procedure bench_loop(
      keys text[], docs text[], made text, inout us double precision default 0
    )
      language plpgsql
    as $$
    declare
      started timestamptz;
    begin
      commit;
      started := clock_timestamp();
      for i in 1 .. cardinality(keys) loop
        ${statement};
        commit;
      end loop;
      us := extract(epoch from clock_timestamp() - started) * 1e6;
    end $$`;
}

/** The store's table with its sessions: twice bare, and once with what gen-migrations writes for it. */
async function layouts(store) {
  const clients = {};
  const admin = await world.client("postgres");
  for (const name of CONTESTANTS) {
    await admin.query(`create database ${name} template template0 encoding 'UTF8'`);
    const client = await world.client(name);
    clients[name] = client;
    await client.query(`
      ${sampleOf(`${store.sample}.schema`)}
      create table carts (id bigint primary key);
      insert into carts select generate_series(1, 100);
      ${sampleOf(store.sample)}
      create procedure bench_clear() language sql
        as $$ delete from ${store.table} where ${store.key} like '%made%' $$;`);
    if (name === "ours") await install(client, store.store);
  }
  const docs = await namingOneCart(clients.ours, store);
  for (const client of Object.values(clients)) {
    await client.query(
      `${store.fill} from (
         select 'session ' || n as key, $1::text as doc from generate_series(1, ${SESSIONS}) as n
       ) as given`,
      [docs[0]],
    );
    await client.query("vacuum analyze");
    await client.query("set synchronous_commit = off");
  }
  return { clients, docs };
}

function sampleOf(name) {
  return readFileSync(new URL(`../test/samples/${name}.sql`, import.meta.url), "utf8");
}

async function install(client, store) {
  const folder = mkdtempSync(join(tmpdir(), "lw-bench-encoded-"));
  try {
    const file = join(folder, "ownership.yaml");
    const owns = "[{ table: carts, from: cart_id }]";
    writeFileSync(file, `cron: none\nowners:\n  visit: { store: ${store}, owns: ${owns} }\n`);
    const { manifest, source } = await loadManifest(file);
    const { files } = generate({
      manifest,
      source,
      catalog: await readCatalog(client, manifest),
      lock: undefined,
      format: formatNamed("node-pg-migrate"),
      folder: { existing: [], texts: new Map(), now: Date.now() },
    });
    const migrations = mkdtempSync(join(folder, "migrations-"));
    for (const { name, text } of files) writeFileSync(join(migrations, name), text);
    const count = Number.POSITIVE_INFINITY;
    await migrate({ client, folder: migrations, direction: "up", count, table: MIGRATIONS_TABLE });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The texts of real clients that name one and the same cart. */
async function namingOneCart(client, { table, data, decoder, cart }) {
  const { rows } = await client.query(
    `select distinct ${data} as doc
     from ${table}
     where lastwill.visit_carts_named(lastwill.${decoder}(${data})) = array[$1::bigint]`,
    [cart],
  );
  return rows.map(({ doc }) => doc);
}
