import { compare } from "./measure.mjs";
import { race } from "./race.mjs";
import { insist, verify } from "./verify.mjs";
import { ours } from "./ways-to-end.mjs";

/** A table of the user's that the manifest does not name: its foreign key refuses the deletion. */
const PINS = `
  create table receipts (
    id bigint generated always as identity primary key,
    session_sid varchar not null references session on delete restrict
  );
  create index on receipts (session_sid)`;

/** Expired sessions, anywhere among the others. */
const PIN_SOME = `
  insert into receipts (session_sid)
  select sid from session where expire < localtimestamp order by random() limit $1`;

/** What the quarantine holds, against what is pinned. */
const QUARANTINE = `
  select
    (select count(*) from lastwill.quarantine)::integer as quarantined,
    (
      select count(*)
      from lastwill.quarantine as kept
      join receipts on receipts.session_sid = kept.key
      join session on sid = kept.key
      where kept.edge = 'session'
    )::integer as pinned`;

/** Sweeps with no, one and ten expired sessions that cannot be deleted; gives the comparisons. */
export async function poison({ world, repeats, say }) {
  const contestants = [
    pinned("none pinned", 0),
    pinned("none pinned again", 0),
    pinned("1 pinned", 1),
    pinned("10 pinned", 10),
  ].map((each) => ({ ...each, world }));
  const times = await race({ group: "poison", contestants, repeats, say });
  const pair = (ours, rest) =>
    compare({ group: "poison", unit: "ms", times, ours, theirs: "none pinned", ...rest });
  return [
    pair("1 pinned", { case: "one session that cannot be deleted" }),
    pair("10 pinned", { case: "ten sessions that cannot be deleted" }),
    pair("none pinned again", { case: "none", noise: true }),
  ];
}

function pinned(name, count) {
  return {
    ...ours,
    name,
    connect: async (given) => {
      await given.client.query(PINS);
      await given.client.query(PIN_SOME, [count]);
      await given.client.query("analyze receipts");
      return ours.connect(given);
    },
    check: async (client, { size }) => {
      await verify(client, name, { sessions: size / 2 + count, expired: count });
      const { rows } = await client.query(QUARANTINE);
      insist(name, rows[0], { quarantined: count, pinned: count });
    },
  };
}
