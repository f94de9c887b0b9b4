import { expect, test } from "vitest";
import { prometheusText } from "../../../src/health/prometheus.ts";

const owner = {
  owner: 'a "quoted" \\ one\nof two lines',
  live: 1,
  expired: 0,
  oldest_due: null,
  lag_seconds: 0,
  released: 0,
  undecodable: 0,
  quarantined: 0,
  held: true,
  paused_until: "infinity",
  last_run_at: "2026-11-25T00:00:00.500Z",
  last_run_rows: null,
  job: "lastwill-sweep: * * * * *",
};

test("a label's value is escaped, and stays one line", () => {
  expect(prometheusText([owner])).toContain(
    'lastwill_live{owner="a \\"quoted\\" \\\\ one\\nof two lines"} 1',
  );
});

test("a flag is 0 or 1, a moment is seconds, and what there is none of is left out", () => {
  const text = prometheusText([{ ...owner, owner: "session" }]);
  expect(text).toContain('lastwill_held{owner="session"} 1');
  expect(text).toContain('lastwill_paused{owner="session"} 1');
  expect(text).toContain('lastwill_job_active{owner="session"} 1');
  expect(text).toContain('lastwill_last_run_timestamp_seconds{owner="session"} 1795564800.5');
  expect(text).not.toContain("last_run_rows");
  expect(text).not.toContain("oldest_due");
});

test("a database that could not be asked is down, and nothing more is said of it", () => {
  expect(prometheusText(undefined)).toBe(
    "# HELP lastwill_up Whether the database could be asked.\n# TYPE lastwill_up gauge\nlastwill_up 0",
  );
});
