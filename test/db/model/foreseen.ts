import { expect } from "vitest";
import type { Edge, Setup } from "./edges.ts";
import type { Stage } from "./play.ts";
import { TABLES } from "./state.ts";
import { keyOf } from "./statements.ts";

/** A line of lastwill.preview(); as no table here has more rows than a sample, it names all of them. */
export interface Line {
  readonly edge: string;
  readonly action: string;
  readonly rows: string;
  readonly sample: readonly string[] | null;
  readonly blocked_by: string | null;
}

/** What has become of rows, or will: the rows by what happened, `a delete 7`. */
type Fates = string[];

interface Row {
  readonly place: string;
  readonly key: string;
  readonly row: Record<string, unknown>;
}

/** Runs `act`, and compares what it did, row for row, with what a preview had said. */
export async function compareForeseen(
  { db, setup }: Stage,
  args: readonly [owner: string | null, key: string | null],
  act: () => Promise<unknown>,
  told: () => string,
): Promise<void> {
  const before = await look(db, setup);
  const lines = await db.query<Line & Record<string, unknown>>(
    "select * from lastwill.preview($1, $2)",
    [...args],
  );
  await act();
  const after = await look(db, setup);
  const happened = fatesBetween(before, after, setup);
  const foreseen = [...new Set([...fatesOf(lines, setup), ...keptWaiting(lines, happened)])].sort();
  expect(foreseen, `${told()}\npreview(${args})\n${JSON.stringify(lines, null, 1)}`).toEqual(
    happened,
  );
}

async function look(db: Stage["db"], setup: Setup): Promise<readonly Row[]> {
  const archives = new Set(
    setup.edges.filter(({ policy }) => policy === "archive").map(({ table }) => table),
  );
  const selects = [
    ...TABLES.map(
      (table) => `select '${table}', ${keyOf(table)}::text, to_jsonb(t) from ${table} as t`,
    ),
    ...[...archives].map(
      (table) => `select 'archived_${table}', id::text, '{}' from archived_${table}`,
    ),
    "select 'released ' || edge, owned_key || ' ' || id, '{}' from lastwill.released where due_at > now() and owned_key <> ''",
  ];
  return db.query<Row & Record<string, unknown>>(
    `select * from (${selects.join(" union all ")}) as seen (place, key, row)`,
  );
}

function fatesOf(lines: readonly Line[], setup: Setup): Fates {
  const fates = lines.flatMap(({ edge, action, rows, sample, blocked_by }) => {
    if (blocked_by !== null || action === "keep" || action === "unlink") return [];
    expect(sample?.length, `${edge} ${action}`).toBe(Number(rows));
    const place = action === "end" ? edge : edgeOf(edge, setup).table;
    if (action === "release") return (sample ?? []).map((key) => `released ${edge} ${key}`);
    const what = action === "set_null" ? `set_null ${edge}` : action === "end" ? "delete" : action;
    return (sample ?? []).map((key) => `${place} ${what} ${key}`);
  });
  return fates;
}

/** A row that something keeps may be let go of with a grace all the same: nothing will come of it. */
function keptWaiting(lines: readonly Line[], happened: Fates): Fates {
  return lines.flatMap(({ edge, action, sample }) => {
    if (action !== "keep") return [];
    return (sample ?? [])
      .map((key) => `released ${edge} ${key}`)
      .filter((fate) => happened.includes(fate));
  });
}

function edgeOf(id: string, setup: Setup): Edge {
  return setup.edges.find(({ owner, name }) => `${owner}.${name}` === id) as Edge;
}

function fatesBetween(before: readonly Row[], after: readonly Row[], setup: Setup): Fates {
  const name = ({ place, key }: Row) => `${place} ${key}`;
  const now = new Map(after.map((row) => [name(row), row]));
  const past = new Set(before.map(name));
  const archived = new Set(
    after.filter((row) => row.place.startsWith("archived_") && !past.has(name(row))).map(name),
  );
  const fates = before.flatMap((row): string[] => {
    const { place, key } = row;
    if (!(TABLES as readonly string[]).includes(place)) return [];
    const still = now.get(name(row));
    if (!still)
      return [`${place} ${archived.has(`archived_${place} ${key}`) ? "archive" : "delete"} ${key}`];
    return changes(row, still, setup).map((what) => `${place} ${what} ${key}`);
  });
  return [...new Set([...fates, ...released(past, after, setup)])].sort();
}

function changes({ place, row }: Row, still: Row, setup: Setup): string[] {
  const marks = ["deleted_at", "gone"].filter(
    (column) => (row[column] ?? false) === false && (still.row[column] ?? false) !== false,
  );
  const nulled = setup.edges.filter((edge) => {
    if (edge.table !== place || edge.policy !== "set_null") return false;
    const column = edge.tie === "column" ? edge.name : "whose";
    const ours = edge.tie === "column" || row["kind"] === edge.on;
    return ours && row[column] !== null && still.row[column] === null;
  });
  return [
    ...(marks.length > 0 ? ["soft_delete"] : []),
    ...nulled.map(({ owner, name }) => `set_null ${owner}.${name}`),
  ];
}

/** What waits from now on. */
function released(past: ReadonlySet<string>, after: readonly Row[], setup: Setup): string[] {
  const rows = new Map(after.map((row) => [`${row.place} ${row.key}`, row.row]));
  const added = after.filter(
    ({ place, key }) => place.startsWith("released ") && !past.has(`${place} ${key}`),
  );
  return added.flatMap(({ place, key: entry }) => {
    const edge = edgeOf(place.slice("released ".length), setup);
    const key = entry.split(" ")[0] ?? "";
    return rows.has(`${edge.table} ${key}`) ? [`${place} ${key}`] : [];
  });
}
