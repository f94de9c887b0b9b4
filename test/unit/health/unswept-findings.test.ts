import { expect, test } from "vitest";
import type { Server } from "../../../src/health/server.ts";
import type { Standing } from "../../../src/health/standing.ts";
import { unsweptFindings } from "../../../src/health/unswept-findings.ts";
import { WELL } from "../report/report.ts";

const DAY = 86_400;
const SERVER = { database: "app", has_cron: false, cron_database: null } as Server;

function found(of: Partial<Standing>, server: Partial<Server> = {}) {
  const standing: Standing = {
    ...WELL,
    job: "none: pg_cron is not in this database",
    last_run_at: null,
    held_due: null,
    held_total: null,
    since_run_seconds: null,
    run_gap_seconds: null,
    ...of,
  };
  return unsweptFindings([standing], { ...SERVER, ...server });
}

test("an owner that nobody ever swept is told, and where its job was taken away that needs a person", () => {
  expect(found({}, { has_cron: true })[0]?.state).toBe("job");
  expect(found({})).toEqual([
    {
      state: "note",
      object: "session",
      what: "nobody sweeps it: pg_cron is not in this database, and there was no run",
      mend: "have any scheduler run, each minute: lastwill sweep",
    },
  ]);
});

test("one with a job, with a job that nobody may see, or whose sweep holds or is paused, is not", () => {
  expect(found({ job: "lastwill-sweep: * * * * *" })).toEqual([]);
  expect(found({ job: "unknown: role app may not use schema cron" })).toEqual([]);
  expect(found({ held: true })).toEqual([]);
  expect(found({ paused_until: "2026-11-25T15:00:00.000Z" })).toEqual([]);
});

test("runs from elsewhere are enough, as long as they go on", () => {
  const last_run_at = "2026-11-25T15:00:00.000Z";
  const ran = (since_run_seconds: number, run_gap_seconds: number | null) =>
    found({ last_run_at, since_run_seconds, run_gap_seconds }).map(
      ({ state, what }) => `${state}: ${what}`,
    );
  expect(ran(DAY - 1, 60)).toEqual([]);
  expect(ran(4 * DAY, DAY)).toEqual([]);
  expect(ran(DAY + 1, 60)).toEqual([
    `job: nobody sweeps it: pg_cron is not in this database, and the last run began at ${last_run_at}`,
  ]);
});

test("what is to be done is where pg_cron is", () => {
  const none = "none: no pg_cron job calls lastwill.sweep()";
  expect(found({ job: none }, { has_cron: true })[0]?.mend).toBe(
    "select cron.schedule('lastwill-sweep', '* * * * *', 'call lastwill.sweep()');",
  );
  expect(found({}, { cron_database: "postgres" })[0]?.mend).toBe(
    "have any scheduler run, each minute: lastwill sweep; or in database postgres: select cron.schedule_in_database('lastwill-sweep-app', '* * * * *', 'call lastwill.sweep()', 'app');",
  );
});
