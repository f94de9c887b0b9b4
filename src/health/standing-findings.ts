import { identifier, literal } from "../sql/quote.ts";
import type { Finding } from "./finding.ts";
import { lateAfter } from "./period.ts";
import type { Standing, Waiting } from "./standing.ts";

/** What of the rows needs a person: held, late or put aside, and work that was cut off. */
export function standingFindings(owners: readonly Standing[], waiting: Waiting): Finding[] {
  return [
    ...owners.flatMap((owner) => [...held(owner), ...late(owner), ...quarantined(owner)]),
    ...waiting.backfills.map(({ name, begun_at }): Finding => {
      const what = `it began at ${begun_at} and is not finished; rows that are decided one by one do not end until then`;
      return {
        state: "backfill",
        object: name,
        what,
        mend: `call lastwill.${identifier(name)}();`,
      };
    }),
    ...waiting.dead_letters.map(({ edge, letters }): Finding => {
      const what = `${counted(letters, "letter was", "letters were")} given up after too many tries`;
      return {
        state: "dead letters",
        object: edge,
        what,
        mend: "mend the consumer, then: select lastwill.outbox_retry();",
      };
    }),
  ];
}

function held({ owner, held, held_due, held_total }: Standing): Finding[] {
  if (!held) return [];
  const due = Math.round(held_due ?? 0);
  const what = `the sweep holds: about ${due} of ${Math.round(held_total ?? 0)} rows are due at once`;
  const mend = `look at clock, time zone and some rows; if they are to end: select lastwill.resume(${literal(owner)});`;
  return [{ state: "held", object: owner, what, mend }];
}

/** A sweep that holds or is paused is late for a reason that is known. */
function late(standing: Standing): Finding[] {
  const { owner, held, paused_until, lag_seconds, job, run_gap_seconds } = standing;
  if (held || paused_until !== null) return [];
  if (lag_seconds <= lateAfter(job, run_gap_seconds)) return [];
  const last =
    standing.last_run_at === null
      ? "there was no run"
      : `the last run began at ${standing.last_run_at}`;
  const what = `rows have been due for ${span(lag_seconds)}; ${last}; job ${job}`;
  return [{ state: "late", object: owner, what, mend: "lastwill sweep" }];
}

function quarantined({ owner, quarantined }: Standing): Finding[] {
  if (quarantined === 0) return [];
  const what = `${counted(quarantined, "row", "rows")} that the sweep could not end`;
  const mend =
    "take away what holds on to them: select edge, key, message from lastwill.quarantine;";
  return [{ state: "quarantine", object: owner, what, mend }];
}

function counted(number: number, one: string, many: string): string {
  return `${number.toLocaleString("en-US")} ${number === 1 ? one : many}`;
}

/** Two parts of it, the rest does not matter: `3 h 20 min`. */
export function span(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [Math.floor(seconds) % 60, "s"],
  ] as const;
  const first = parts.findIndex(([number]) => number > 0);
  if (first < 0) return "0 s";
  const shown = parts.slice(first, first + 2).filter(([number]) => number > 0);
  return shown.map(([number, unit]) => `${number} ${unit}`).join(" ");
}
