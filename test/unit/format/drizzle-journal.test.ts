import { describe, expect, it } from "vitest";
import { drizzle } from "../../../src/format/drizzle.ts";
import { addEntries, JOURNAL, readJournal } from "../../../src/format/drizzle-journal.ts";
import { thing } from "../plan/things.ts";
import { NOW, names, textOf, written } from "./written.ts";

const first = { idx: 0, version: "7", when: 5, tag: "0000_a", breakpoints: true };
const second = { idx: 1, version: "7", when: 6, tag: "0001_b", breakpoints: true };

function journal(...entries: object[]): object {
  return { version: "7", dialect: "postgresql", entries };
}

/** What drizzle-kit writes. */
function pretty(...entries: object[]): string {
  return JSON.stringify(journal(...entries), null, 2);
}

describe("entries are added to a journal", () => {
  it.each([
    ["as drizzle-kit writes it", pretty(first), pretty(first, second)],
    ["that is empty", JSON.stringify(journal()), pretty(second)],
    ["with a newline at its end", `${pretty(first)}\n`, `${pretty(first, second)}\n`],
    [
      "that somebody's formatter has been at",
      JSON.stringify(journal(first), null, "\t").replaceAll("\n", "\r\n"),
      JSON.stringify(journal(first, second), null, "\t").replaceAll("\n", "\r\n"),
    ],
    [
      "without a line break",
      JSON.stringify(journal(first)),
      JSON.stringify(journal(first, second)),
    ],
    [
      "with keys that nobody knows",
      pretty({ x: [1.0], ...first }).replace("[\n        1\n      ]", "[1.00]"),
      pretty({ x: [1.0], ...first }, second).replace("[\n        1\n      ]", "[1.00]"),
    ],
    [
      "that goes on after them",
      JSON.stringify({ entries: [first], dialect: "postgresql" }),
      JSON.stringify({ entries: [first, second], dialect: "postgresql" }, null, 2),
    ],
  ])("%s", (_, before, after) => {
    expect(addEntries(before, [second])).toBe(after);
    expect(readJournal(after).at(-1)).toEqual(second);
  });
});

it("a journal that is none, or another database's, is refused in words", () => {
  const mysql = JSON.stringify({ ...journal(), dialect: "mysql" });
  for (const text of ["", "[]", "null", "{}", mysql, pretty({ idx: "0", when: 1, tag: "a" })])
    expect(() => readJournal(text)).toThrow(
      /^meta\/_journal\.json in the migrations folder is not/,
    );
});

describe("the next migration in drizzle's folder", () => {
  const change = { after: [thing("table lastwill.a")] };
  const added = (...entries: object[]) => {
    const files = written(drizzle, change, { texts: new Map([[JOURNAL, pretty(...entries)]]) });
    return { name: names(files)[0], ...readJournal(textOf(files, JOURNAL)).at(-1) };
  };

  it("is newer than every other, by number and by time", () => {
    expect(added(first, { ...second, when: NOW + 1000 })).toMatchObject({
      name: "0002_lastwill_change.sql",
      tag: "0002_lastwill_change",
      idx: 2,
      when: NOW + 1001,
    });
    expect(added({ ...first, idx: 7, tag: "0007_a" })).toMatchObject({ idx: 8, when: NOW });
  });

  it("has a prefix of the kind that drizzle-kit is told to use", () => {
    expect(added({ ...first, tag: "20240102030405_a" }).name).toBe(
      "20260203040506_lastwill_change.sql",
    );
    expect(added({ ...first, tag: "1700000000_a" }).name).toBe("1770091506_lastwill_change.sql");
  });
});
