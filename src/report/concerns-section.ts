import { type Markup, markup } from "../markup.ts";
import type { ReportOutput } from "../output/report.ts";
import { code, section } from "./table.ts";

/** What needs a person, the most urgent first. */
export function concernsSection({ concerns }: ReportOutput): Markup {
  const content =
    concerns.length === 0
      ? markup`<p class="well">Nothing does.</p>`
      : markup`<ol class="concerns">
${concerns.map(
  ({ kind, of, what, todo }) =>
    markup`<li class="${kind}"><p>${code(of)}</p><p>${what}</p><p class="todo">${todo}</p></li>`,
)}
</ol>`;
  return section("concerns", "What needs a person", content);
}
