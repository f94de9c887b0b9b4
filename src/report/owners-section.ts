import { type Markup, markup } from "../markup.ts";
import type { OwnerStanding, ReportOutput } from "../output/report.ts";
import { code, pageTable, section } from "./table.ts";
import { count, moment, span } from "./words.ts";

/** How each owner stands; those that need a person first. */
export function ownersSection({ owners, concerns }: ReportOutput): Markup {
  const place = (owner: OwnerStanding) => {
    const at = concerns.findIndex(({ of }) => of === owner.owner);
    return at < 0 ? concerns.length : at;
  };
  const table = pageTable(
    "Rows of each owner’s table, and what its sweep does about them",
    [
      { head: "owner" },
      { head: "live", right: true },
      { head: "due", right: true },
      { head: "lag", right: true },
      { head: "released", right: true },
      { head: "last run" },
      { head: "job" },
    ],
    owners
      .toSorted((a, b) => place(a) - place(b))
      .map((owner) => [
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

function lastRun({ last_run_at: at, last_run_rows: rows }: OwnerStanding): string {
  if (at === null) return "never";
  return `${moment(at)}, ${count(rows ?? 0, "row", "rows")}`;
}
