import { type DataColumn, type DataEdge, isDataEdge } from "../graph.ts";
import { identifier, literal, type Sql, textArrayLiteral } from "../sql/quote.ts";
import { decoderOf } from "./codec.ts";
import { pointerType } from "./edge-names.ts";
import type { Trunk } from "./parent.ts";

/** What a parent hands to the functions of its data edges: its data, decoded once, and pointer columns. */
export interface Source {
  /** The data column, as a whole; or a column that points by itself. */
  readonly kind: "data" | "column";
  readonly variable: string;
  readonly type: Sql;
  readonly column: string;
  /** The value, read from the row behind an alias. */
  readonly read: (row: string) => Sql;
  readonly edges: readonly DataEdge[];
}

/** What the data edges of a parent read: its data, once for all of them, and each column that points. */
export function sourcesOf(trunk: Trunk): Source[] {
  const edges = trunk.edges.filter(isDataEdge);
  const byPath = edges.filter((edge) => edge.pointer.kind === "path");
  const columns = new Map<string, DataEdge[]>();
  for (const edge of edges) {
    if (edge.pointer.kind !== "column") continue;
    columns.set(edge.pointer.column, [...(columns.get(edge.pointer.column) ?? []), edge]);
  }
  return [
    ...(trunk.data && byPath.length > 0 ? [documentSource(trunk.data, byPath)] : []),
    ...[...columns].map(([column, pointing], index) => {
      const edge = pointing[0] as DataEdge;
      const isList = edge.pointer.kind === "column" && edge.pointer.list;
      return {
        kind: "column" as const,
        variable: columns.size === 1 ? "pointers" : `pointers_${index + 1}`,
        type: pointerType(edge),
        column,
        // Lists of different lengths make no array of arrays, so a list is handed over as JSON.
        read: (row: string) =>
          isList
            ? (`coalesce(pg_catalog.to_jsonb(${field(row, column)}), 'null')` as Sql)
            : field(row, column),
        edges: pointing,
      };
    }),
  ];
}

function documentSource(data: DataColumn, edges: readonly DataEdge[]): Source {
  const read = (row: string) => {
    const value = field(row, data.column);
    if (data.type === "jsonb") return data.notNull ? value : `coalesce(${value}, 'null')`;
    const text = data.type === "json" ? `${value}::text` : value;
    const decode = (of: string) => `lastwill.${decoderOf(data.format)}(${of})`;
    if (data.notNull) return decode(text);
    // No data names nothing. That is known, where data that cannot be read is not.
    return data.format === "json"
      ? decode(`coalesce(${text}, 'null')`)
      : `case when ${value} is null then 'null' else ${decode(text)} end`;
  };
  return {
    kind: "data",
    variable: "documents",
    type: "jsonb" as Sql,
    column: data.column,
    read: (row) => read(row) as Sql,
    edges,
  };
}

/** Whether this source has to be decoded, and so may be unreadable. */
export function decodes(trunk: Trunk, source: Source): boolean {
  return source.kind === "data" && trunk.data !== undefined && trunk.data.type !== "jsonb";
}

/**
 * Whether what names rows has changed, in nothing but built-in functions: this condition runs with
 * the rights of whoever writes the row. A json column may hold escapes that `->>` refuses with an
 * error; where there are escapes the whole text is compared, and the function sorts it out.
 */
export function sourceChanged(trunk: Trunk, source: Source): string {
  const column = identifier(source.column);
  const type = source.kind === "data" ? trunk.data?.type : undefined;
  const whole = (row: string) => `${row}.${column}${type === undefined ? "" : "::text"}`;
  const differs = (of: (row: string) => string) => `${of("old")} is distinct from ${of("new")}`;
  if (type === undefined || type === "text") return differs((row) => `${row}.${column}`);
  const paths = source.edges.map((edge) => firstLeg(edge));
  const pointers = [...new Set(paths)].map((leg) =>
    differs((row) => (leg === "" ? whole(row) : `(${row}.${column} ${leg})`)),
  );
  if (type === "jsonb") return pointers.join("\nor ");
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
