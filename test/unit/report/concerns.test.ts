import { describe, expect, test } from "vitest";
import type { OwnerStanding, ReportOutput } from "../../../src/output/report.ts";
import { concernsOf } from "../../../src/report/concerns.ts";
import { QUIET, WELL } from "./report.ts";

const at = "2026-11-25T15:00:00.000Z";

function concerns(of: Partial<OwnerStanding>, told: Partial<ReportOutput> = {}) {
  return concernsOf({ ...QUIET, ...told, owners: [{ ...WELL, ...of }] });
}

/** What there is, without its words. */
function kinds(...given: Parameters<typeof concerns>): string[] {
  return concerns(...given).map(({ kind }) => kind);
}

describe("what needs a person", () => {
  test("is nothing where all is well, and where rows wait that the next run will end", () => {
    expect(kinds({})).toEqual([]);
    expect(kinds({ expired: 3, lag_seconds: 50, released: 9 })).toEqual([]);
  });

  test("is a row that is due for long, measured by how long the sweep is used to take", () => {
    const gap = (gap_seconds: number) => ({
      sweeps: [{ ...QUIET.sweeps[0], gap_seconds }] as ReportOutput["sweeps"],
    });
    expect(kinds({ lag_seconds: 600 }, gap(60))).toEqual([]);
    expect(kinds({ lag_seconds: 601 }, gap(60))).toEqual(["late"]);
    expect(kinds({ lag_seconds: 86_400 }, gap(86_400))).toEqual([]);
    expect(kinds({ lag_seconds: 601, last_run_at: null }, { sweeps: [] })).toEqual(["late"]);
  });

  test("is not that a sweep is late which holds or is paused", () => {
    const late = { lag_seconds: 90_000 };
    expect(kinds({ ...late, held: true })).toEqual(["held"]);
    expect(kinds({ ...late, paused_until: at })).toEqual(["paused"]);
  });

  test("is a job that is switched off, but not that there is none", () => {
    expect(kinds({ job: "lastwill-sweep: * * * * * (inactive)" })).toEqual(["job"]);
    expect(kinds({ job: "none: pg_cron is not in this database" })).toEqual([]);
  });

  test("comes by urgency, whatever it is of", () => {
    const found = kinds(
      { held: true, undecodable: 1, quarantined: 2, paused_until: at },
      {
        outbox: [{ edge: "session.uploads", waiting: 0, dead: 1, oldest_at: null }],
        orphans: [{ edge: "session.drafts", rows: 1, more: false }],
        backfills: [{ name: "session_backfill", begun_at: at }],
      },
    );
    expect(found).toEqual([
      "held",
      "backfill",
      "quarantine",
      "dead_letters",
      "undecodable",
      "orphans",
      "paused",
    ]);
  });

  test("is neither letters that wait nor orphans that were not counted", () => {
    const told = {
      outbox: [{ edge: "session.uploads", waiting: 7, dead: 0, oldest_at: at }],
      orphans: [{ edge: "session.drafts", rows: null, more: false }],
    };
    expect(kinds({}, told)).toEqual([]);
  });

  test("says what to run with names quoted as SQL has them", () => {
    const [paused] = concerns({ owner: "o'brien", paused_until: at });
    expect(paused?.todo).toContain("select lastwill.resume('o''brien');");
    const [backfill] = concerns({}, { backfills: [{ name: "My backfill", begun_at: at }] });
    expect(backfill?.todo).toContain('call lastwill."My backfill"();');
  });
});
