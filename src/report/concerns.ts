import { count } from "../count.ts";
import type { Concern, OwnerStanding, ReportOutput } from "../output/report.ts";
import { identifier, literal } from "../sql/quote.ts";
import { moment, span } from "./words.ts";

/** What the database told, before anybody has judged it. */
export type Told = Omit<ReportOutput, "concerns">;

/** From what stops everything to what can wait. */
const URGENCY: readonly Concern["kind"][] = [
  "held",
  "job",
  "late",
  "backfill",
  "quarantine",
  "dead_letters",
  "undecodable",
  "orphans",
  "paused",
];

/** A row may be due for so many seconds, however often the sweep runs. */
const LATE = 600;

/** What needs a person, the most urgent first. */
export function concernsOf(told: Told): Concern[] {
  const concerns = [
    ...told.owners.flatMap((owner) => ownerConcerns(owner, told)),
    ...told.backfills.map(({ name, begun_at }): Concern => {
      const what = `A backfill is not finished; it began at ${moment(begun_at)}. No row that is decided by itself ends until then.`;
      return {
        kind: "backfill",
        of: name,
        what,
        todo: `Call it again, it goes on: call lastwill.${identifier(name)}();`,
      };
    }),
    ...told.outbox.flatMap(({ edge, dead }): Concern[] => {
      const what = `${count(dead, "letter was", "letters were")} given up after too many tries.`;
      const todo = "Mend the consumer; then: select lastwill.outbox_retry();";
      return dead > 0 ? [{ kind: "dead_letters", of: edge, what, todo }] : [];
    }),
    ...told.orphans.flatMap(({ edge, rows, more }): Concern[] => {
      if (rows === null) return [];
      const many = more ? `More than ${count(rows, "row", "rows")}` : count(rows, "row", "rows");
      const what = `${many} that no owner names, and that no sweep ends.`;
      return [{ kind: "orphans", of: edge, what, todo: "Look at them in lastwill.orphan." }];
    }),
  ];
  const urgency = ({ kind }: Concern) => URGENCY.indexOf(kind);
  return concerns.sort((a, b) => urgency(a) - urgency(b));
}

function ownerConcerns(owner: OwnerStanding, told: Told): Concern[] {
  const of = owner.owner;
  return [heldConcern(owner), lateConcern(owner, told), jobConcern(owner)]
    .concat([
      owner.quarantined > 0 && {
        kind: "quarantine",
        of,
        what: `${count(owner.quarantined, "row", "rows")} that the sweep could not end.`,
        todo: "See Quarantine below. Take away what the message names; the sweep tries again by itself.",
      },
      owner.undecodable > 0 && {
        kind: "undecodable",
        of,
        what: `${count(owner.undecodable, "row", "rows")} with data that cannot be read: nothing is tied or released there.`,
        todo: "Compare the manifest's data format with what the application writes.",
      },
      owner.paused_until !== null && {
        kind: "paused",
        of,
        what: `The sweep is paused until ${moment(owner.paused_until)}.`,
        todo: `To end the pause: select lastwill.resume(${literal(of)});`,
      },
    ])
    .filter((concern) => concern !== false);
}

function heldConcern(owner: OwnerStanding): Concern | false {
  if (!owner.held) return false;
  const { held_due: due, held_total: total, held_at: since } = owner;
  const much = `about ${count(due ?? 0)} of ${count(total ?? 0)} rows are due at once`;
  return {
    kind: "held",
    of: owner.owner,
    what: `The sweep holds${since ? ` since ${moment(since)}` : ""}: ${much}.`,
    todo: `Look at the clock, the time zone and some rows. If they are to end: select lastwill.resume(${literal(owner.owner)});`,
  };
}

/** Later than twice what the sweep ever took from one run to the next. A held or paused sweep is no surprise. */
function lateConcern(owner: OwnerStanding, { sweeps }: Told): Concern | false {
  if (owner.held || owner.paused_until !== null) return false;
  const gaps = sweeps.filter((each) => each.owner === owner.owner);
  const usual = Math.max(0, ...gaps.map(({ gap_seconds }) => gap_seconds ?? 0));
  if (owner.lag_seconds <= Math.max(LATE, 2 * usual)) return false;
  const run =
    owner.last_run_at === null
      ? "There was no run."
      : `The last run began at ${moment(owner.last_run_at)}.`;
  return {
    kind: "late",
    of: owner.owner,
    what: `Rows have been due for ${span(owner.lag_seconds)}. ${run}`,
    todo: `Is the sweep called? Its job: ${owner.job}. By hand: lastwill sweep`,
  };
}

function jobConcern(owner: OwnerStanding): Concern | false {
  if (!owner.job.includes("(inactive)")) return false;
  const what = `The pg_cron job is switched off: ${owner.job}.`;
  return { kind: "job", of: owner.owner, what, todo: "Switch it on with cron.alter_job." };
}
