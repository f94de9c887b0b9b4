import type { DataEdge, Owner } from "../graph.ts";
import { identifier, literal, type Sql, textArrayLiteral } from "../sql/quote.ts";
import { pointerType } from "./data-edge-names.ts";

/** What an owner hands to the functions of its data edges: its data, decoded once, and pointer columns. */
export interface Source {
  readonly variable: string;
  readonly type: Sql;
  readonly column: string;
  /** The value, read from the row behind an alias. */
  readonly read: (row: string) => Sql;
  readonly edges: readonly DataEdge[];
}

/** What the owner's data edges read: its data, once for all of them, and each column that points. */
export function sourcesOf(owner: Owner, edges: readonly DataEdge[]): Source[] {
  const byPath = edges.filter((edge) => edge.pointer.kind === "path");
  const columns = new Map<string, DataEdge[]>();
  for (const edge of edges) {
    if (edge.pointer.kind !== "column") continue;
    columns.set(edge.pointer.column, [...(columns.get(edge.pointer.column) ?? []), edge]);
  }
  return [
    ...(owner.data && byPath.length > 0 ? [documentSource(owner.data, byPath)] : []),
    ...[...columns].map(([column, pointing], index) => ({
      variable: columns.size === 1 ? "pointers" : `pointers_${index + 1}`,
      type: pointerType(pointing[0] as DataEdge),
      column,
      read: (row: string) => field(row, column),
      edges: pointing,
    })),
  ];
}

function documentSource(data: NonNullable<Owner["data"]>, edges: readonly DataEdge[]): Source {
  const read = (row: string) => {
    const value = field(row, data.column);
    if (data.type === "jsonb") return data.notNull ? value : `coalesce(${value}, 'null')`;
    const text = data.type === "json" ? `${value}::text` : value;
    return `lastwill.decode_json(${data.notNull ? text : `coalesce(${text}, 'null')`})`;
  };
  return {
    variable: "documents",
    type: "jsonb" as Sql,
    column: data.column,
    read: (row) => read(row) as Sql,
    edges,
  };
}

/** Whether this owner's data has to be decoded, and so may be unreadable. */
export function decodes(owner: Owner): boolean {
  return owner.data !== undefined && owner.data.type !== "jsonb";
}

/**
 * Whether what names rows has changed, in nothing but built-in functions: this condition runs with
 * the rights of whoever writes the row. A json column may hold escapes that `->>` refuses with an
 * error; where there are escapes the whole text is compared, and the function sorts it out.
 */
export function sourceChanged(owner: Owner, source: Source): string {
  const column = identifier(source.column);
  const whole = (row: string) => `${row}.${column}${source.type === "jsonb" ? "::text" : ""}`;
  const differs = (of: (row: string) => string) => `${of("old")} is distinct from ${of("new")}`;
  if (source.type !== "jsonb") return differs((row) => `${row}.${column}`);
  if (owner.data?.type === "text") return differs((row) => `${row}.${column}`);
  const paths = source.edges.map((edge) => firstLeg(edge));
  const pointers = [...new Set(paths)].map((leg) =>
    differs((row) => (leg === "" ? whole(row) : `(${row}.${column} ${leg})`)),
  );
  if (owner.data?.type === "jsonb") return pointers.join("\nor ");
  const escaped = `strpos(old.${column}::text, '\\u') > 0 or strpos(new.${column}::text, '\\u') > 0`;
  return [
    "case",
    `  when ${escaped} then`,
    `    ${differs(whole)}`,
    "  else",
    `    ${pointers.join("\n    or ")}`,
    "end",
  ].join("\n");
}

/** What leads from the data to the pointer, or to the first list on the way: ` ->> 'draftId'`. */
function firstLeg(edge: DataEdge): string {
  const leg = edge.pointer.kind === "path" ? (edge.pointer.path.legs[0] ?? []) : [];
  const [only] = leg;
  if (only === undefined) return "";
  return leg.length === 1 ? `->> ${literal(only)}` : `#>> ${textArrayLiteral(leg)}`;
}

/**
 * A column of the row behind an alias. plpgsql itself reads `new.…` and `old.…`, and cannot read an
 * escaped name there; inside a query the server reads it.
 */
export function field(row: string, column: string): Sql {
  const name = identifier(column);
  const escaped = name.startsWith("U&") && (row === "new" || row === "old");
  return (
    escaped ? `(select row_.${name} from (select ${row}.*) as row_)` : `${row}.${name}`
  ) as Sql;
}
