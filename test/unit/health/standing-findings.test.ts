import { describe, expect, test } from "vitest";
import { isTrouble } from "../../../src/health/finding.ts";
import type { Standing, Waiting } from "../../../src/health/standing.ts";
import { standingFindings } from "../../../src/health/standing-findings.ts";
import { WELL } from "../report/report.ts";

const at = "2026-11-25T15:00:00.000Z";
const NOTHING: Waiting = { backfills: [], dead_letters: [] };

function found(of: Partial<Standing>, waiting: Partial<Waiting> = {}) {
  const standing = {
    ...WELL,
    held_due: null,
    held_total: null,
    since_run_seconds: 60,
    run_gap_seconds: 60,
    ...of,
  };
  return standingFindings([standing], { ...NOTHING, ...waiting });
}

/** What there is, without its words. */
function states(...given: Parameters<typeof found>): string[] {
  return found(...given).map(({ state }) => state);
}

describe("what needs a person", () => {
  test("is nothing where all is well, and where rows wait that the next run will end", () => {
    expect(states({})).toEqual([]);
    expect(states({ expired: 3, lag_seconds: 50, released: 9 })).toEqual([]);
  });

  test("is a row that is due for long, measured by the schedule, or by how far apart runs were", () => {
    expect(states({ lag_seconds: 600 })).toEqual([]);
    expect(states({ lag_seconds: 601 })).toEqual(["late"]);
    expect(states({ lag_seconds: 601, last_run_at: null, job: "none" })).toEqual(["late"]);
    expect(states({ lag_seconds: 601, last_run_at: null })).toEqual([]);
    expect(states({ lag_seconds: 86_400, job: "none", run_gap_seconds: 86_400 })).toEqual([]);
  });

  test("is not that a sweep is late which holds or is paused", () => {
    const late = { lag_seconds: 90_000 };
    expect(states({ ...late, held: true })).toEqual(["held"]);
    expect(states({ ...late, paused_until: at })).toEqual(["note"]);
  });

  test("is not that rows are late which are all in quarantine", () => {
    const late = { lag_seconds: 90_000, quarantined: 2 };
    expect(states({ ...late, expired: 2 })).toEqual(["quarantine"]);
    expect(states({ ...late, expired: 3 })).toEqual(["late", "quarantine"]);
  });

  test("comes before what is only to be known", () => {
    const of = { held: true, undecodable: 1, quarantined: 2, paused_until: at };
    const all = found(of, {
      dead_letters: [{ edge: "session.uploads", letters: 1 }],
      backfills: [{ name: "session_backfill", begun_at: at }],
    });
    expect(all.map(({ state }) => state)).toEqual([
      "held",
      "quarantine",
      "backfill",
      "dead letters",
      "note",
      "note",
    ]);
    expect(all.filter(isTrouble)).toHaveLength(4);
  });

  test("says what to run with names quoted as SQL has them", () => {
    const [paused] = found({ owner: "o'brien", paused_until: at });
    expect(paused?.mend).toContain("select lastwill.resume('o''brien');");
    const [backfill] = found({}, { backfills: [{ name: "My backfill", begun_at: at }] });
    expect(backfill?.mend).toContain('call lastwill."My backfill"();');
  });

  test("counts with commas, and knows one from many", () => {
    const [held, quarantine] = found({
      held: true,
      held_due: 1500,
      held_total: 2000,
      quarantined: 1,
    });
    expect(held?.what).toContain("about 1,500 of 2,000 rows are due");
    expect(quarantine?.what).toContain("1 row that");
  });
});
