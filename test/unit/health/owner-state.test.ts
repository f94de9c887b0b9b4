import { expect, test } from "vitest";
import type { Finding } from "../../../src/health/finding.ts";
import { ownerState } from "../../../src/health/owner-state.ts";
import { WELL } from "../report/report.ts";

const finding = (state: Finding["state"], object: string): Finding => ({
  state,
  object,
  what: "",
  mend: "",
});

test.each<[string, string, ...Finding[]]>([
  ["nothing", "fine"],
  ["a note on its edge", "fine", finding("note", "session.drafts")],
  ["its rows in quarantine", "quarantine", finding("quarantine", "session")],
  ["letters of its edge", "dead letters", finding("dead letters", "session.uploads")],
  ["its backfill", "backfill", finding("backfill", "session_backfill")],
  ["the job that sweeps it", "job", finding("job", "lastwill-sweep")],
  ["pg_cron", "job", finding("job", "pg_cron")],
  ["another owner", "fine", finding("job", "invite")],
  ["another owner's job", "fine", finding("job", "lastwill-sweep-invite")],
])("an owner's word is that of what is found of it: of %s, %s", (_, word, ...findings) => {
  expect(ownerState(WELL, findings)).toBe(word);
});

test("where nothing is found, rows may be due, or the sweep paused", () => {
  expect(ownerState({ ...WELL, expired: 1 }, [])).toBe("due");
  const paused_until = "2026-11-25T15:00:00.000Z";
  expect(ownerState({ ...WELL, expired: 1, paused_until }, [])).toBe("paused");
});
