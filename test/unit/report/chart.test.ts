import { describe, expect, test } from "vitest";
import { count } from "../../../src/count.ts";
import { chart } from "../../../src/report/chart.ts";
import { moment } from "../../../src/report/moment.ts";
import { span } from "../../../src/span.ts";

const drawn = (values: readonly (number | undefined)[]): string =>
  chart({ title: "rows", values, from: "then", to: "now", words: (value) => `${value} rows` })
    .markup;

const heights = (svg: string): number[] =>
  [...svg.matchAll(/<rect .* height="([\d.]+)"/g)].map(([, height]) => Number(height));

describe("a chart", () => {
  test("has a bar for each value above nothing, the highest as high as the chart", () => {
    expect(heights(drawn([5, 0, undefined, 10]))).toEqual([38, 76]);
  });

  test("lets a value be seen that is far below the highest", () => {
    expect(Math.min(...heights(drawn([1, 1_000_000])))).toBe(1);
  });

  test("says in words what it shows", () => {
    expect(drawn([5, 10, 7])).toContain(
      'aria-label="rows, then to now: 10 rows at most, 7 rows at last"',
    );
    expect(drawn([undefined])).toContain("nothing in the log");
    expect(drawn([])).not.toContain("NaN");
    expect(heights(drawn([0, 0]))).toEqual([]);
  });
});

describe("words", () => {
  test("count with commas, and know one from many", () => {
    expect([count(1204), count(1, "row", "rows"), count(0, "row", "rows")]).toEqual([
      "1,204",
      "1 row",
      "0 rows",
    ]);
  });

  test("say a moment in UTC, and a span in two units at most", () => {
    expect(moment("2026-11-25T16:02:59.999Z")).toBe("2026-11-25 16:02 UTC");
    expect([0, 40, 60, 725, 3600, 187_261].map(span)).toEqual([
      "0 s",
      "40 s",
      "1 min",
      "12 min 5 s",
      "1 h",
      "2 d 4 h",
    ]);
  });
});
