import { count } from "../count.ts";
import { type Markup, markup } from "../markup.ts";
import type { ReportOutput, SweptSpan } from "../output/report.ts";
import { span } from "../span.ts";
import { chart } from "./chart.ts";
import { moment } from "./moment.ts";
import { byNeed } from "./owners-section.ts";
import { code, section } from "./table.ts";

/** What the sweep did over time, owner by owner. */
export function sweepsSection(report: ReportOutput): Markup {
  const owners = byNeed(report).map(({ owner }) => ownerCharts(owner, report));
  const words = markup`<p class="words">From the log, <code>lastwill.sweep_run</code>. It does not hold the lag of former times; as long as runs keep up, no row is due for longer than the time between two of them.</p>`;
  return section("sweeps", "Sweeps over time", markup`${owners}${words}`);
}

function ownerCharts(owner: string, { period, sweeps }: ReportOutput): Markup {
  const spans = sweeps.filter((each) => each.owner === owner);
  const runs = spans.reduce((sum, each) => sum + each.runs, 0);
  const failed = spans.reduce((sum, each) => sum + each.failed, 0);
  const errors = failed > 0 ? `, ${count(failed)} of them with a batch that failed` : "";
  const draw = (
    title: string,
    value: (of: SweptSpan) => number | null,
    words: (number: number) => string,
  ) => {
    const bySpan = new Map(spans.map((each) => [each.span, value(each) ?? undefined]));
    const values = Array.from({ length: period.spans }, (_, at) => bySpan.get(at + 1));
    const [from, to] = [moment(period.begun_at), moment(period.ended_at)];
    return markup`<figure><figcaption>${title}</figcaption>
${chart({ title: `${owner}: ${title}`, values, from, to, words })}</figure>`;
  };
  return markup`<h3>${code(owner)} <small>${count(runs, "run", "runs")}${errors}</small></h3>
<div class="charts">
${draw(
  "Rows ended",
  ({ rows }) => rows,
  (rows) => count(rows, "row", "rows"),
)}
${draw(
  "Most rows due when a run began",
  ({ due }) => due,
  (rows) => count(rows, "row", "rows"),
)}
${draw("Longest time between two runs", ({ gap_seconds: gap }) => gap, span)}
</div>`;
}
