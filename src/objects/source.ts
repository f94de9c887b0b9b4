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
        variable: columns.size === 1 ? "pointer" : `pointer_${index + 1}`,
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
    variable: "document",
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
 * Whether a row may name others, a new one if nothing else is said, in nothing but built-in functions: in
 * a trigger this condition runs with the rights of whoever writes the row. A name in a json text is found
 * as it is written; it may be written with escapes, so a text that has any may hold it.
 */
export function mayName(trunk: Trunk, source: Source, row = "new"): string[] {
  const value = `${row}.${identifier(source.column)}`;
  const type = source.kind === "data" ? trunk.data?.type : undefined;
  const anything = [`${value} is not null`];
  if (type === "jsonb") {
    const legs = unique(source.edges.map((edge) => firstLeg(edge)));
    return legs.includes("") ? anything : legs.map((leg) => `(${value} ${leg}) is not null`);
  }
  if (type !== "json") return anything;
  const names = source.edges.map(({ pointer }) =>
    pointer.kind === "path" ? longestPlain(pointer.path.legs.flat()) : undefined,
  );
  if (names.includes(undefined)) return anything;
  const patterns = unique(names).map((name) => literal(`%"${name}"%`));
  return [`${value}::text like any (array[${[...patterns, ESCAPED].join(", ")}])`];
}

/** The pattern of a text with an escape in it that may stand for any character. */
const ESCAPED = "'%\\\\u%'";

/** The longest of these names that stands in JSON as it is, or with a `\u` in it. */
function longestPlain(names: readonly string[]): string | undefined {
  return names
    .filter((name) => !/^[+-]?\d+$|["'\\/$\p{C}\p{Z}]/u.test(name))
    .sort((one, other) => other.length - one.length)[0];
}

/**
 * Whether what names rows has changed, again in nothing but built-in functions. Compared is JSON, since
 * `->>` gives a list and the text that spells it alike. Of a path in a json column it is what stands
 * under its first name, for `#>` and jsonb do not agree on names that stand there twice. Escapes that
 * json holds and cannot read are an error; where there are any, the function sorts it out.
 */
export function sourceChanged(trunk: Trunk, source: Source): string[] {
  const column = identifier(source.column);
  const type = source.kind === "data" ? trunk.data?.type : undefined;
  const differs = (of: (row: string) => string) => `${of("old")} is distinct from ${of("new")}`;
  if (type === "json") {
    const names = unique(source.edges.map(firstName));
    if (names.includes(undefined)) return [differs((row) => `${row}.${column}::text`)];
    const pointers = names.map((name) =>
      differs((row) => `(${row}.${column} -> ${literal(name ?? "")})::text`),
    );
    return [`concat(old.${column}, new.${column}) like ${ESCAPED}`, ...pointers];
  }
  const legs = unique(source.edges.map((edge) => firstLeg(edge)));
  if (type !== "jsonb" || legs.includes("")) return [differs((row) => `${row}.${column}`)];
  return legs.map((leg) => differs((row) => `(${row}.${column} ${leg})`));
}

function firstName({ pointer }: DataEdge): string | undefined {
  return pointer.kind === "path" ? pointer.path.legs[0]?.[0] : undefined;
}

/** What leads from the data to the pointer, or to the first list on the way: `-> 'draftId'`. */
function firstLeg(edge: DataEdge): string {
  const leg = edge.pointer.kind === "path" ? (edge.pointer.path.legs[0] ?? []) : [];
  const [only] = leg;
  if (only === undefined) return "";
  return leg.length === 1 ? `-> ${literal(only)}` : `#> ${textArrayLiteral(leg)}`;
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
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
