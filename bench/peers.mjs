import { Sequelize } from "sequelize";
import { compare } from "./measure.mjs";
import { activeRecordDestroys, activeRecordVersion } from "./peers/activerecord.mjs";
import { callbacks, setBased, statementPerTable } from "./peers/by-hand.mjs";
import { storePrunes } from "./peers/connect-pg-simple.mjs";
import { sequelizeHooks } from "./peers/sequelize.mjs";
import { race } from "./race.mjs";
import { again, inSets, ours, oursTwoWorkers } from "./ways-to-end.mjs";

/** What one would use instead. Where the foreign keys refuse, the application deletes in order. */
const PEERS = [
  { ...inSets, is: "the limit: in sets, no foreign keys" },
  {
    name: "store, cascade",
    is: "connect-pg-simple prunes, foreign keys cascade",
    layout: "cascade",
    connect: storePrunes,
    leavesDrafts: true,
  },
  {
    name: "store, our triggers",
    is: "connect-pg-simple prunes, our triggers on",
    layout: "ours",
    connect: storePrunes,
  },
  {
    name: "SQL in sets",
    is: "by hand: SQL in sets, in one transaction",
    layout: "no_action",
    connect: setBased,
  },
  {
    name: "SQL per session",
    is: "by hand: a DELETE per table and session",
    layout: "no_action",
    connect: statementPerTable,
  },
  {
    name: "callbacks",
    is: "by hand: each row loaded and deleted",
    layout: "no_action",
    connect: callbacks,
  },
  {
    name: `Sequelize ${Sequelize.version}`,
    is: "Sequelize: hooks that destroy",
    layout: "no_action",
    connect: sequelizeHooks,
  },
];

const NO_ACTIVERECORD =
  "ActiveRecord SKIPPED: Ruby's active_record and pg are not installed (Debian: apt-get install ruby-activerecord ruby-pg)";

/** Ends the expired half by us and by what one would use instead; gives the comparisons. */
export async function peers({ world, size, repeats, say, note }) {
  const version = activeRecordVersion();
  if (version === undefined) note(NO_ACTIVERECORD);
  const theirs = [
    ...PEERS,
    ...((await world.sweepTakes("worker"))
      ? [{ ...oursTwoWorkers, is: "our sweep by two workers" }]
      : []),
    ...(version ? [activeRecord(version)] : []),
  ];
  const contestants = [...theirs, ours, again(ours)].map((each) => ({ ...each, world }));
  const times = await race({ group: "peers", contestants, repeats, say });
  const pair = (ours, rest) =>
    compare({ group: "peers", unit: "ms", times, ours, theirs: "ours", ...rest });
  const drafts = (size / 2).toLocaleString("en");
  return [
    ...theirs.map(({ name, is, leavesDrafts }) =>
      pair(name, { case: is, ...(leavesDrafts ? { remark: `leaves ${drafts} drafts` } : {}) }),
    ),
    pair("ours again", { case: "our sweep again", noise: true }),
  ];
}

function activeRecord(version) {
  return {
    name: `ActiveRecord ${version}`,
    is: "ActiveRecord: dependent: :destroy",
    layout: "no_action",
    connect: activeRecordDestroys,
  };
}
