import type { DataEdge, KeyType } from "../graph.ts";
import { lineComment, literal, qualified, type Sql, textArrayLiteral } from "../sql/quote.ts";
import type { DataEdgeNames } from "./data-edge-names.ts";
import { type DbObject, routine } from "./object.ts";

/** The function that reads which rows a pointer names. */
export function namedFunction(edge: DataEdge, names: DataEdgeNames, pointer: string): DbObject {
  const comment = `The keys of ${edge.written} that are named (${pointer}).`;
  const slots = { named: names.named, owned_type: edge.key.type as Sql };
  // Of another key type it is not replaced in place, and then the link table is another one too.
  const link = `table ${qualified("lastwill", names.link)}`;
  if (edge.pointer.kind === "column") {
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
  const legs = edge.pointer.path.legs;
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
      path: lineComment(edge.pointer.path.text),
      key,
      ...(last === 0 ? {} : { elements: elementsSql(legs.slice(0, -1)) }),
    },
    needs: [link, `function lastwill.read_${readerOf(edge.key.type)}(jsonb)`],
  });
}

function elementsSql(legs: readonly (readonly string[])[]): Sql {
  const lists = legs.map((leg, index) => {
    const list = downSql(index === 0 ? "document" : `element_${index}`, leg);
    return `jsonb_path_query(${list}, 'strict $[*]', silent => true) as element_${index + 1}`;
  });
  return lists.join("\n  cross join lateral ") as Sql;
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
