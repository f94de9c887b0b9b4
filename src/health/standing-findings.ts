import { count } from "../count.ts";
import { span } from "../span.ts";
import { identifier, literal } from "../sql/quote.ts";
import type { Finding } from "./finding.ts";
import { lateAfter } from "./period.ts";
import type { Standing, Waiting } from "./standing.ts";

/** What of the rows needs a person: held, late or put aside, and work that was cut off. Then what only is to be known. */
export function standingFindings(owners: readonly Standing[], waiting: Waiting): Finding[] {
  return [
    ...owners.flatMap((owner) => [...held(owner), ...late(owner), ...quarantined(owner)]),
    ...waiting.backfills.map(({ name, begun_at }): Finding => {
      const what = `it began at ${begun_at} and is not finished; rows that are decided one by one do not end until then`;
      const mend = `call lastwill.${identifier(name)}();`;
      return { state: "backfill", object: name, what, mend };
    }),
    ...waiting.dead_letters.map(({ edge, letters }): Finding => {
      const what = `${count(letters, "letter was", "letters were")} given up after too many tries`;
      const mend = "mend the consumer, then: select lastwill.outbox_retry();";
      return { state: "dead letters", object: edge, what, mend };
    }),
    ...owners.flatMap((owner) => [...undecodable(owner), ...paused(owner)]),
  ];
}

function held({ owner, held, held_due, held_total }: Standing): Finding[] {
  if (!held) return [];
  const what = `the sweep holds: about ${count(held_due ?? 0)} of ${count(held_total ?? 0)} rows are due at once`;
  const mend = `look at clock, time zone and some rows; if they are to end: select lastwill.resume(${literal(owner)});`;
  return [{ state: "held", object: owner, what, mend }];
}

/** Where the sweep holds or is paused, or all that is due is in quarantine, the reason is told already. */
function late(standing: Standing): Finding[] {
  const { owner, held, paused_until, expired, quarantined } = standing;
  const { lag_seconds, job, run_gap_seconds } = standing;
  if (held || paused_until !== null || (expired > 0 && expired <= quarantined)) return [];
  if (standing.last_run_at === null && isScheduled(job)) return [];
  if (lag_seconds <= lateAfter(job, run_gap_seconds)) return [];
  const last =
    standing.last_run_at === null
      ? "there was no run"
      : `the last run began at ${standing.last_run_at}`;
  const what = `rows have been due for ${span(lag_seconds)}; ${last}; job ${job}`;
  return [{ state: "late", object: owner, what, mend: "lastwill sweep" }];
}

/** Just installed beside an old backlog, its first run is to come. A job that cannot run is a finding of its own. */
function isScheduled(job: string): boolean {
  return !job.startsWith("none") && !job.includes("(inactive)");
}

function quarantined({ owner, quarantined }: Standing): Finding[] {
  if (quarantined === 0) return [];
  const what = `${count(quarantined, "row", "rows")} that the sweep could not end`;
  const mend =
    "take away what holds on to them: select edge, key, message from lastwill.quarantine;";
  return [{ state: "quarantine", object: owner, what, mend }];
}

/** It may be meant so: whatever else writes sessions has data of its own. */
function undecodable({ owner, undecodable }: Standing): Finding[] {
  if (undecodable === 0) return [];
  const what = `${count(undecodable, "row", "rows")} with data that cannot be read: nothing is tied or released there`;
  const mend = "compare the manifest's format with what the application writes";
  return [{ state: "note", object: owner, what, mend }];
}

function paused({ owner, paused_until }: Standing): Finding[] {
  if (paused_until === null) return [];
  const mend = `to end the pause: select lastwill.resume(${literal(owner)});`;
  return [
    { state: "note", object: owner, what: `the sweep is paused until ${paused_until}`, mend },
  ];
}
