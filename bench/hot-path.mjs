import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { compare, randomNumbers, shuffled } from "./measure.mjs";

/** One call is this many statements; in a repeat every contestant makes so many calls, in turns. */
const CALL = 250;
const CALLS = 12;

/** Numbers of sessions that the cases make themselves: beyond all those that are there. */
const FRESH = 10_000_000;

/** Takes away what a case made. Not timed. */
const REMOVE = [
  { sql: "delete from session where sid = any($1)", with: ["sids"] },
  { sql: "delete from carts where id = any($1)", with: ["numbers"] },
  { sql: "delete from cart_items where cart_id = any($1)", with: ["numbers"] },
  { sql: "delete from uploads where session_sid = any($1)", with: ["sids"] },
  { sql: "delete from drafts where id = any($1)", with: ["numbers"] },
];

const WRITE = { sql: "call bench.write($1, $2)", with: ["sids", "docs"] };
const UPSERT = { sql: "call bench.upsert($1, $2)", with: ["sids", "docs"] };
const DELETE = { sql: "call bench.remove($1)", with: ["sids"] };
const DRAFTS = {
  sql: "insert into drafts (id, body) select n, 'draft' from unnest($1::bigint[]) as n",
  with: ["numbers"],
};
const SESSIONS = {
  sql: `insert into session (sid, sess, expire)
        select sid, doc, localtimestamp + interval '1 day'
        from unnest($1::text[], $2::json[]) as given (sid, doc)`,
  with: ["sids", "docs"],
};
const CHILDREN = {
  sql: `with carts as (
          insert into carts (id, session_sid)
          select n, session_sid(n) from unnest($1::bigint[]) as n
        ), items as (
          insert into cart_items (cart_id, product)
          select n, 'product' from unnest($1::bigint[]) as n, generate_series(1, 5)
        )
        insert into uploads (session_sid, path)
        select session_sid(n), 'path' from unnest($1::bigint[]) as n, generate_series(1, 2)`,
  with: ["numbers"],
};

/**
 * The statements of an application's hot path. `input` makes the arguments of one call, the same for
 * all contestants; only `timed` is timed. `atMost` is what we hold ourselves to against the same tables
 * with the same foreign keys, but without our triggers.
 */
const CASES = {
  touch: [
    {
      name: "touch (expiry moves, data does not)",
      atMost: 1.05,
      input: (size) => known(size),
      timed: { sql: "call bench.touch($1)", with: ["sids"] },
    },
  ],
  data: [
    {
      name: "data written, same pointer",
      atMost: 1.1,
      input: (size) => known(size, (number) => number),
      timed: WRITE,
    },
    {
      name: "data written, same pointer (upsert)",
      input: (size) => known(size, (number) => number),
      timed: UPSERT,
    },
    {
      name: "data written, pointer moved",
      input: (size) => known(size, () => randomNumbers(1, size)[0]),
      timed: WRITE,
      after: [{ sql: "call bench.write($1, $2)", with: ["sids", "former"] }],
    },
  ],
  insert: [
    { name: "insert, no draft named", input: () => fresh(), timed: UPSERT, after: REMOVE },
    {
      name: "insert, a draft named",
      input: () => fresh((number) => number),
      before: [DRAFTS],
      timed: UPSERT,
      after: REMOVE,
    },
    {
      name: "delete of a session that owns nothing",
      input: () => fresh(),
      before: [SESSIONS],
      timed: DELETE,
      after: REMOVE,
      against: ["cascade"],
    },
    {
      name: "delete of a session with nine rows and a draft",
      input: () => fresh((number) => number),
      before: [DRAFTS, SESSIONS, CHILDREN],
      timed: DELETE,
      after: REMOVE,
      against: ["cascade"],
    },
  ],
};

export const HOT_PATH = Object.keys(CASES);

/** Arguments for sessions that are there, drawn at random. */
function known(size, draft = () => null) {
  return call(randomNumbers(CALL, size), draft);
}

let made = 0;

/** Arguments for sessions that are not there yet. */
function fresh(draft = () => null) {
  return call(
    Array.from({ length: CALL }, () => FRESH + ++made),
    draft,
  );
}

function call(numbers, draft) {
  return {
    numbers,
    sids: numbers.map((number) => createHash("md5").update(`session ${number}`).digest("hex")),
    docs: numbers.map((number) => sessionData(draft(number))),
    former: numbers.map((number) => sessionData(number)),
  };
}

/** As in shop.sql. */
function sessionData(draft) {
  const views = randomNumbers(1, 1_000_000)[0];
  const cookie = {
    originalMaxAge: 86400000,
    expires: "2026-01-01T00:00:00.000Z",
    secure: true,
    httpOnly: true,
    path: "/",
    sameSite: "lax",
  };
  const csrf = createHash("md5").update(String(views)).digest("hex");
  const named = draft === null ? {} : { draftId: draft };
  return JSON.stringify({ cookie, ...named, views, csrf, flash: [] });
}

/** Runs the cases of the named groups; gives their comparisons. */
export async function hotPath({ world, size, repeats, groups, against, say }) {
  const contestants = [
    { name: "plain", layout: "plain" },
    { name: "plain again", layout: "plain" },
    { name: "cascade", layout: "cascade" },
    { name: "ours", layout: "ours" },
    ...(against ? [{ name: "other", layout: "other" }] : []),
  ];
  for (const contestant of contestants) {
    contestant.database = await world.copy(contestant.layout);
    contestant.client = await world.client(contestant.database);
    await contestant.client.query(readFileSync(new URL("statements.sql", import.meta.url), "utf8"));
    await contestant.client.query(SOME_RELEASED);
    await contestant.client.query("analyze");
    // The statement is what is compared, not how long the disk takes to sync a commit.
    await contestant.client.query("set synchronous_commit = off");
  }
  await world.checkpoint();
  const cases = groups.flatMap((group) => CASES[group].map((each) => ({ ...each, group })));
  const times = new Map(
    cases.map((each) => [each, Object.fromEntries(contestants.map(({ name }) => [name, []]))]),
  );
  // The first round warms caches and plans, and is forgotten.
  for (let repeat = 0; repeat <= repeats; repeat++) {
    say(repeat === 0 ? "hot path: warming up" : `hot path: repeat ${repeat} of ${repeats}`);
    for (const each of shuffled(cases)) {
      const spent = await runCase(each, contestants, size, repeat === 0 ? 2 : CALLS);
      if (repeat === 0) continue;
      for (const { name } of contestants) times.get(each)[name].push(spent.get(name));
    }
    for (const { client } of contestants) await client.query("vacuum analyze");
  }
  for (const { database } of contestants) await world.drop(database);
  return cases.flatMap((each) => comparisons(each, times.get(each), against));
}

/** Microseconds a statement, for each contestant. */
async function runCase({ input, before = [], timed, after = [] }, contestants, size, calls) {
  const spent = new Map(contestants.map(({ name }) => [name, 0]));
  for (let call = 0; call < calls; call++) {
    const given = input(size);
    const values = (step) => step.with.map((name) => given[name]);
    for (const { name, client } of shuffled(contestants)) {
      for (const step of before) await client.query(step.sql, values(step));
      const { rows } = await client.query(timed.sql, values(timed));
      for (const step of after) await client.query(step.sql, values(step));
      spent.set(name, spent.get(name) + rows[0].us / (CALL * calls));
    }
  }
  return spent;
}

/**
 * Rows that wait out their grace, as they do wherever people log out, and statistics that know of
 * them, as autovacuum sees to it: statements are not planned for a table that is always empty.
 */
const SOME_RELEASED = `
  do $$ begin
    if to_regclass('lastwill.released') is not null then
      insert into lastwill.released (edge, owned_key, owner_key, due_at)
      select 'session.drafts', (-n)::text, 'gone ' || n, now() + interval '10 minutes'
      from generate_series(1, 1000) as n;
    end if;
  end $$`;

function comparisons({ group, name, atMost, against = ["cascade", "plain"] }, times, other) {
  const pair = (ours, theirs, rest = {}) =>
    compare({ group, case: name, unit: "µs", times, ours, theirs, ...rest });
  return [
    // What our triggers cost, then what they and the foreign keys cost together.
    ...against.map((theirs, place) => pair("ours", theirs, place === 0 ? { atMost } : {})),
    pair("plain again", "plain", { noise: true }),
    ...(other ? [pair("ours", "other")] : []),
  ];
}
