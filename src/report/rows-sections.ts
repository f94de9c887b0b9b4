import { count } from "../count.ts";
import { type Markup, markup } from "../markup.ts";
import type { ReportOutput } from "../output/report.ts";
import { LISTED } from "./ask.ts";
import { moment } from "./moment.ts";
import { code, pageTable, section } from "./table.ts";

/** Released rows: what the sweep looks at next. */
export function waitingSection({ waiting }: ReportOutput): Markup {
  const table = pageTable(
    "Released rows, by edge; each ends when it is due, unless an owner names it again",
    [
      { head: "edge" },
      { head: "rows", kind: "right" },
      { head: "due now", kind: "right" },
      { head: "first due" },
      { head: "last due" },
    ],
    waiting.map((each) => [
      code(each.edge),
      count(each.rows),
      count(each.due),
      moment(each.first_due_at),
      moment(each.last_due_at),
    ]),
  );
  return section("waiting", "Due next", some(waiting, table, "No row waits out its grace."));
}

/** Rows that cannot end. */
export function quarantineSection({ quarantine }: ReportOutput): Markup {
  const table = pageTable(
    `Rows that the sweep could not end, most often tried first; ${LISTED} at most`,
    [
      { head: "edge" },
      { head: "key" },
      { head: "message", kind: "text" },
      { head: "tries", kind: "right" },
      { head: "next try" },
    ],
    quarantine.map((row) => [
      code(row.edge),
      code(row.key),
      `${row.message} (${row.sqlstate})`,
      count(row.tries),
      moment(row.next_try_at),
    ]),
  );
  return section("quarantine", "Quarantine", some(quarantine, table, "No row is in it."));
}

/** Letters of rows that are gone. */
export function outboxSection({ outbox, dead_letters: dead }: ReportOutput): Markup {
  const edges = pageTable(
    "Letters of rows that are gone, by edge",
    [
      { head: "edge" },
      { head: "waiting", kind: "right" },
      { head: "given up", kind: "right" },
      { head: "oldest that waits" },
    ],
    outbox.map((each) => [
      code(each.edge),
      count(each.waiting),
      count(each.dead),
      each.oldest_at === null ? "–" : moment(each.oldest_at),
    ]),
  );
  const letters = pageTable(
    `Letters that were given up, the latest first; ${LISTED} at most`,
    [
      { head: "edge" },
      { head: "key" },
      { head: "error", kind: "text" },
      { head: "tries", kind: "right" },
      { head: "given up" },
    ],
    dead.map((letter) => [
      code(letter.edge),
      code(letter.key),
      letter.last_error ?? "–",
      count(letter.tries),
      moment(letter.dead_at),
    ]),
  );
  const content = markup`${some(outbox, edges, "There is no letter in it.")}${dead.length > 0 ? letters : []}`;
  return section("outbox", "Outbox", content);
}

/** Rows that linger. */
export function orphansSection({ orphans }: ReportOutput): Markup {
  const table = pageTable(
    "Rows that no owner names and that no sweep ends, by edge",
    [{ head: "edge" }, { head: "rows", kind: "right" }],
    orphans.map(({ edge, rows, more }) => [
      code(edge),
      rows === null ? "not counted: it took too long" : `${more ? "more than " : ""}${count(rows)}`,
    ]),
  );
  return section("orphans", "Orphans", some(orphans, table, "No row lingers."));
}

function some(rows: readonly unknown[], table: Markup, none: string): Markup {
  return rows.length > 0 ? table : markup`<p class="words">${none}</p>`;
}
