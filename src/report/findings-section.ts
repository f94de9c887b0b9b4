import { type Finding, isTrouble } from "../health/finding.ts";
import { type Markup, markup } from "../markup.ts";
import type { ReportOutput } from "../output/report.ts";
import { code, section } from "./table.ts";

/** What needs a person, and below it what is only to be known. */
export function findingsSection({ findings }: ReportOutput): Markup {
  const well = findings.some(isTrouble) ? "" : markup`<p class="well">Nothing does.</p>`;
  const list =
    findings.length === 0
      ? ""
      : markup`<ol class="findings">
${findings.map(item)}
</ol>`;
  return section("findings", "What needs a person", markup`${well}${list}`);
}

function item(finding: Finding): Markup {
  const kind = isTrouble(finding) ? "trouble" : "note";
  const { state, object, what, mend } = finding;
  return markup`<li class="${kind}"><p>${code(object)}</p><p>${kind === "note" ? "" : `${state}: `}${what}</p><p class="mend">${mend}</p></li>`;
}
