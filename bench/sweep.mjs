import { compare, shuffled } from "./measure.mjs";

/** connect-pg-simple's own pruning, its parameter filled in. */
const PRUNE = "delete from session where expire < localtimestamp";

/**
 * The limit: the same rows deleted in sets, children first, ids in arrays, in one transaction, with no
 * foreign key and no trigger in the way. It is right only while nobody else writes.
 */
const IN_SETS = `
  do $$
  declare
    sids text[];
    cart_ids bigint[];
    draft_ids bigint[];
  begin
    select array_agg(sid), array_agg((sess ->> 'draftId')::bigint)
    into sids, draft_ids
    from session
    where expire < localtimestamp;

    select array_agg(id) into cart_ids from carts where session_sid = any(sids);

    delete from cart_items where cart_id = any(cart_ids);
    delete from carts where id = any(cart_ids);
    delete from uploads where session_sid = any(sids);
    delete from drafts where id = any(draft_ids);
    delete from session where sid = any(sids);
  end $$`;

/** All ways to end the expired half. `drafts`: whether they go too. */
const CONTESTANTS = [
  { name: "ours", layout: "ours", sql: "call lastwill.sweep()", drafts: true },
  { name: "in sets", layout: "plain", sql: IN_SETS, drafts: true },
  { name: "in sets again", layout: "plain", sql: IN_SETS, drafts: true },
  { name: "prune", layout: "cascade", sql: PRUNE, drafts: false },
  { name: "prune, our triggers", layout: "ours", sql: PRUNE, drafts: true },
  { name: "other", layout: "other", sql: "call lastwill.sweep()", drafts: true },
];

const COMPARISONS = [
  { ours: "ours", theirs: "in sets", case: "sweep against deletes in sets, no foreign keys" },
  { ours: "in sets again", theirs: "in sets", case: "the same deletes in sets", noise: true },
  { ours: "ours", theirs: "prune", case: "sweep against a prune that leaves the drafts" },
  { ours: "prune, our triggers", theirs: "prune", case: "that prune with our triggers on" },
  { ours: "ours", theirs: "prune, our triggers", case: "sweep against that prune, same work" },
  { ours: "ours", theirs: "other", case: "sweep" },
];

/** Ends the expired half in every way, each on a fresh copy; gives the comparisons. */
export async function sweep({ world, size, repeats, against, say }) {
  const contestants = CONTESTANTS.filter(({ layout }) => layout !== "other" || against);
  const times = Object.fromEntries(contestants.map(({ name }) => [name, []]));
  for (let repeat = 1; repeat <= repeats; repeat++) {
    say(`sweep: repeat ${repeat} of ${repeats}`);
    for (const contestant of shuffled(contestants)) {
      const time = await world.withCopy(contestant.layout, (client) =>
        runOnce(world, client, contestant, size),
      );
      times[contestant.name].push(time);
    }
  }
  return COMPARISONS.filter(({ theirs }) => theirs in times).map((each) =>
    compare({ group: "sweep", unit: "ms", times, ...each }),
  );
}

async function runOnce(world, client, { name, sql, drafts }, size) {
  await world.checkpoint();
  const started = performance.now();
  await client.query(sql);
  const time = performance.now() - started;
  await verify(client, name, size, drafts);
  return time;
}

/** Exactly the live half is left, with all it owns and no row of anybody else's. */
async function verify(client, name, size, drafts) {
  const live = size / 2;
  const { rows } = await client.query(`
    select
      (select count(*) from session)::integer as session,
      (select count(*) from session where expire < localtimestamp)::integer as expired,
      (select count(*) from carts join session on sid = session_sid)::integer as carts,
      (select count(*) from cart_items join carts on carts.id = cart_id)::integer as cart_items,
      (select count(*) from uploads join session on sid = session_sid)::integer as uploads,
      (select count(*) from drafts)::integer as drafts,
      (
        select count(*) from session join drafts on drafts.id = (sess ->> 'draftId')::bigint
      )::integer as named_drafts,
      (select count(*) from carts)::integer + (select count(*) from cart_items)::integer
        + (select count(*) from uploads)::integer as children`);
  const expected = {
    session: live,
    expired: 0,
    carts: live,
    cart_items: live * 5,
    uploads: live * 2,
    drafts: drafts ? live : size,
    named_drafts: live,
    children: live * 8,
  };
  if (JSON.stringify(rows[0]) !== JSON.stringify(expected)) {
    throw new Error(
      `"${name}" left ${JSON.stringify(rows[0])}, and not ${JSON.stringify(expected)}`,
    );
  }
}
