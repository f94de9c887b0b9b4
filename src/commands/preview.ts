import process from "node:process";
import { count } from "../count.ts";
import { withClient } from "../database.ts";
import { EXIT, UsageError } from "../exit.ts";
import { isoTimeOrNull } from "../inspect/moment.ts";
import type { PreviewOutput, PreviewRow } from "../output/preview.ts";
import { render } from "../sql/template.ts";
import { data, masked, say, warn } from "./console.ts";
import { tableLines } from "./table.ts";

/** What `preview` is called with. */
export interface PreviewOptions {
  readonly database: string | undefined;
  readonly key?: string;
  readonly json?: true;
  readonly showKeys?: true;
}

/** A row of lastwill.preview(), as `pg` reads it. */
type Asked = Omit<PreviewRow, "rows" | "sample" | "due_at"> & {
  readonly rows: string;
  readonly sample: readonly string[] | null;
  /** A number is infinite. */
  readonly due_at: Date | number | null;
};

/**
 * `preview [owner]`: what the next sweep, or the end of one owner row, would do. Exit code 1 when something
 * stands in the way.
 */
export async function previewCommand(
  owner: string | undefined,
  options: PreviewOptions,
): Promise<number> {
  const { key, showKeys } = options;
  if (key !== undefined && owner === undefined)
    throw new UsageError(
      "a key was given, and no owner\n  Name it: lastwill preview session --key 2f6Yk8…",
    );
  const asked = await withClient(options.database, async (client) => {
    const { rows } = await client.query<Asked>(render("preview/ask.sql"), [owner ?? null, key]);
    return rows;
  });
  const shown = (text: string) => (showKeys ? text : masked(text));
  const rows = asked.map((row) => readRow(row, shown));
  const output: PreviewOutput = {
    owner: owner ?? null,
    key: key === undefined ? null : shown(key),
    rows: showKeys ? rows : rows.map(withoutError),
  };
  if (options.json) data(JSON.stringify(output, null, 2));
  else show(output);
  return output.rows.some(({ blocked_by }) => blocked_by !== null) ? EXIT.found : EXIT.fine;
}

function readRow(row: Asked, shown: (key: string) => string): PreviewRow {
  const sample = row.sample ?? [];
  return {
    ...row,
    rows: Number(row.rows),
    // An owner's own keys are secrets.
    sample: row.depth === 0 ? sample.map(shown) : sample,
    due_at: isoTimeOrNull(row.due_at),
  };
}

/** A trigger's error may repeat the key of the row that it refuses. */
function withoutError(row: PreviewRow): PreviewRow {
  if (!row.blocked_by?.startsWith("quarantine: ")) return row;
  return { ...row, blocked_by: "quarantine: --show-keys shows the error" };
}

function show({ key, rows }: PreviewOutput): void {
  if (rows.length === 0) {
    say("Nothing is due.");
    return;
  }
  for (const line of previewLines(rows, process.stdout.columns)) data(line);
  for (const { edge, action, blocked_by } of rows) {
    if (blocked_by !== null) warn(`${edge}, ${action}: ${blocked_by}`);
  }
  say(
    `\nThis is what ${key === null ? "the next sweep" : "its end"} would do. Nothing was changed.`,
  );
}

/** A preview as a table. */
export function previewLines(rows: readonly PreviewRow[], width: number | undefined): string[] {
  return tableLines(
    [
      { head: "edge" },
      { head: "action" },
      { head: "rows", right: true },
      { head: "such as", cut: true },
      { head: "why", cut: true },
    ],
    rows.map((row) => [
      "  ".repeat(row.depth) + row.edge,
      row.action,
      count(row.rows),
      row.sample.join(", "),
      whyText(row),
    ]),
    width,
  );
}

function whyText({ blocked_by, reason, due_at }: PreviewRow): string {
  if (blocked_by !== null) return "blocked";
  return due_at === null ? (reason ?? "") : `until ${due_at.slice(0, 16)}Z`;
}
