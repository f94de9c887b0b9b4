import { count } from "../count.ts";
import { concerns } from "../health/owner-state.ts";
import { type Markup, markup } from "../markup.ts";
import type { ReportOutput } from "../output/report.ts";
import type { OwnerStatus } from "../output/status.ts";
import { span } from "../span.ts";
import { moment } from "./moment.ts";
import { code, pageTable, section } from "./table.ts";

/** How each owner stands. */
export function ownersSection(report: ReportOutput): Markup {
  const table = pageTable(
    "Rows of each owner’s table, and what its sweep does about them",
    [
      { head: "owner" },
      { head: "live", kind: "right" },
      { head: "due", kind: "right" },
      { head: "lag", kind: "right" },
      { head: "released", kind: "right" },
      { head: "last run" },
      { head: "job", kind: "text" },
    ],
    byNeed(report).map((owner) => [
      code(owner.owner),
      count(owner.live),
      count(owner.expired),
      owner.lag_seconds > 0 ? span(owner.lag_seconds) : "–",
      count(owner.released),
      lastRun(owner),
      owner.job,
    ]),
  );
  const words = markup`<p class="words">Due rows wait for the sweep, the oldest as long as the lag says. Released rows are owned rows that wait out their grace.</p>`;
  return section("owners", "Owners", markup`${table}${words}`);
}

/** Owners that need a person first. */
export function byNeed({ owners, findings }: ReportOutput): OwnerStatus[] {
  const place = (owner: OwnerStatus) => {
    const at = findings.findIndex((finding) => concerns(finding, owner));
    return at < 0 ? findings.length : at;
  };
  return owners.toSorted((a, b) => place(a) - place(b));
}

function lastRun({ last_run_at: at, last_run_rows: rows }: OwnerStatus): string {
  if (at === null) return "never";
  return `${moment(at)}, ${count(rows ?? 0, "row", "rows")}`;
}
