import type { DataEdge, KeyType } from "../graph.ts";
import type { DataFormat } from "../manifest/manifest.ts";
import { lineComment, literal, qualified, type Sql, textArrayLiteral } from "../sql/quote.ts";
import type { EdgeNames } from "./edge-names.ts";
import { type DbObject, routine } from "./object.ts";

/** The function that reads which rows a pointer names. */
export function namedFunction(
  edge: DataEdge,
  names: EdgeNames,
  pointer: string,
  format: DataFormat = "json",
): DbObject {
  const comment = `The keys of ${edge.written} that are named (${pointer}).`;
  const slots = { named: names.named, owned_type: edge.key.type as Sql };
  // Of another key type it is not replaced in place, and then the link table is another one too.
  const link = `table ${qualified("lastwill", names.link)}`;
  if (edge.pointer.kind === "column" && !edge.pointer.list) {
    return routine({
      name: names.named,
      types: edge.pointer.type,
      template: "edge/data/named_by_column.sql",
      comment,
      slots: {
        ...slots,
        path: lineComment(edge.pointer.column),
        pointer_type: edge.pointer.type as Sql,
      },
      needs: [link],
    });
  }
  const written = edge.pointer.kind === "path" ? edge.pointer.path.text : edge.pointer.column;
  const legs = edge.pointer.kind === "path" ? edge.pointer.path.legs : ARRAY_LEGS;
  const last = legs.length - 1;
  const source = last === 0 ? "document" : `element_${last}`;
  const key = keySql(edge.key.type, downSql(source, legs[last] ?? []));
  return routine({
    name: names.named,
    types: "jsonb",
    template: last === 0 ? "edge/data/named_by_path.sql" : "edge/data/named_by_list.sql",
    comment,
    slots: {
      ...slots,
      path: lineComment(written),
      key,
      ...(last === 0 ? {} : { elements: elementsSql(legs.slice(0, -1), format) }),
    },
    needs: [link, `function lastwill.read_${readerOf(edge.key.type)}(jsonb)`],
  });
}

/** An array column is handed over as a JSON list. */
const ARRAY_LEGS: readonly (readonly string[])[] = [[], []];

function elementsSql(legs: readonly (readonly string[])[], format: DataFormat): Sql {
  const lists = legs.map((leg, index) => {
    const list = downSql(index === 0 ? "document" : `element_${index}`, leg);
    return `jsonb_path_query(${list}, ${everyElement(list, format)}, silent => true) as element_${index + 1}`;
  });
  return lists.join("\n  cross join lateral ") as Sql;
}

/** In PHP a list that has lost an element is no list any more, but a map from 0 and 2. */
function everyElement(list: Sql, format: DataFormat): string {
  const elements = "'strict $[*]'";
  return format === "php"
    ? `case jsonb_typeof(${list}) when 'object' then 'strict $.*'::jsonpath else ${elements} end`
    : elements;
}

/** One step down by `->`, several by `#>`. */
function downSql(from: string, steps: readonly string[]): Sql {
  const [only] = steps;
  if (only === undefined) return from as Sql;
  return steps.length === 1
    ? (`${from} -> ${literal(only)}` as Sql)
    : (`${from} #> ${textArrayLiteral(steps)}` as Sql);
}

function keySql(type: KeyType, value: Sql): Sql {
  const read = `lastwill.read_${readerOf(type)}(${value})`;
  return (type === "bpchar" ? `${read}::bpchar` : read) as Sql;
}

function readerOf(type: KeyType): string {
  return type === "bpchar" ? "text" : type;
}
