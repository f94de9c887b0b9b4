import { describe, expect, it } from "vitest";
import { progressText, sweepProgress } from "../../../src/commands/sweep-progress.ts";

describe("progressText", () => {
  it.each([
    [
      { owner: "session", due: 50_000, done: 20_000, seconds: 1 },
      "session  ████████░░░░░░░░░░░░  40 %  20,000 of 50,000  20,000 rows/s  2 s left",
    ],
    [
      { owner: "session", due: 50_000, done: 0, seconds: 0 },
      "session  ░░░░░░░░░░░░░░░░░░░░  0 %  0 of 50,000  0 rows/s",
    ],
    // More than was counted at the beginning, which may have been an estimate.
    [
      { owner: "session", due: 1_000, done: 1_200, seconds: 2 },
      "session  ████████████████████  100 %  1,200 of 1,200  600 rows/s  0 s left",
    ],
    // All but one are not all.
    [
      { owner: "session", due: 1_000, done: 999, seconds: 1 },
      "session  ████████████████████  99 %  999 of 1,000  999 rows/s  1 s left",
    ],
    [
      { owner: "session", due: 0, done: 0, seconds: 3 },
      "session  ████████████████████  100 %  0 of 0  0 rows/s",
    ],
    [
      { owner: "an_owner_with_a_very_long_name", due: 2, done: 1, seconds: 1 },
      "an_owner_with_a_ver…  ██████████░░░░░░░░░░  50 %  1 of 2  1 rows/s  1 s left",
    ],
  ])("of %j", (state, text) => {
    expect(progressText(state)).toBe(text);
  });
});

describe("sweepProgress", () => {
  const batch = (step: string, rows: number | null) => ({
    owner: "session",
    worker: 1,
    step,
    rows,
    seconds: 0.1,
  });

  function play(screen: { isTTY?: boolean; columns?: number }): string[] {
    const written: string[] = [];
    const progress = sweepProgress("session", {
      ...screen,
      write: (text) => written.push(text),
    });
    progress.begin(1_000);
    progress.begin(0);
    progress.add(batch("session", 250));
    progress.add(batch("session.drafts", 100));
    progress.add(batch("session", null));
    progress.add(batch("session", 750));
    progress.end();
    return written;
  }

  it("paints one line over and over, counts the owner's own rows only, and wipes the line", () => {
    const written = play({ isTTY: true, columns: 100 });
    expect(written.map((text) => / (\d+ %) /.exec(text)?.[1])).toEqual([
      "0 %",
      "0 %",
      "25 %",
      "25 %",
      "25 %",
      "100 %",
      undefined,
    ]);
    for (const text of written) expect(text.startsWith("\r\u001b[K")).toBe(true);
    expect(written.at(-1)).toBe("\r\u001b[K");
  });

  it("is never wider than the terminal, which is taken for 80 columns if it does not say", () => {
    const width = (written: readonly string[]) =>
      Math.max(...written.map((text) => text.length - "\r\u001b[K".length));
    expect(width(play({ isTTY: true, columns: 30 }))).toBe(29);
    expect(width(play({ isTTY: true }))).toBeLessThan(80);
  });

  it("paints nothing off a terminal, nor without a screen", () => {
    expect(play({})).toEqual([]);
    expect(play({ isTTY: false, columns: 80 })).toEqual([]);
    const nowhere = sweepProgress("session", undefined);
    expect(() => nowhere.begin(1)).not.toThrow();
  });
});
