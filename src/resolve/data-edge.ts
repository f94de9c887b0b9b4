import type { Table } from "../catalog.ts";
import type { DataEdge, Key, Pointer } from "../graph.ts";
import type { EdgeDeclaration, Tie } from "../manifest/manifest.ts";
import { type Above, singleParent } from "./above.ts";
import { type Common, keyPath } from "./any-edge.ts";
import { checkCondition } from "./condition.ts";
import { comparable, keyType, lookupSingleKey } from "./key.ts";
import { lookupColumn, place } from "./lookup.ts";
import type { Notes } from "./notes.ts";

type DataTie = Extract<Tie, { kind: "data" }>;

const BECAUSE = "a data edge names a row by one";

/** The row above names the owned row, in its owner's data or in a column. */
export function dataEdge(
  declared: EdgeDeclaration,
  tie: DataTie,
  table: Table,
  above: Above,
  common: Common | undefined,
  notes: Notes,
): DataEdge | undefined {
  const key = lookupSingleKey(table, declared.key, BECAUSE, keyPath(declared), notes);
  const parent = singleParent(above, BECAUSE, tie.path, notes);
  const pointer = resolvePointer(tie, table, key, above, notes);
  checkCondition(declared, "guard", table, notes);
  if (!common || !key || !parent || !pointer) return undefined;
  return {
    ...common,
    kind: "data",
    on: parent.on,
    key,
    pointer,
    onReplace: tie.onReplace,
    guard: tie.guard,
  };
}

function resolvePointer(
  tie: DataTie,
  table: Table,
  key: Key | undefined,
  above: Above,
  notes: Notes,
): Pointer | undefined {
  if (tie.from.kind === "path") return { kind: "path", path: tie.from };
  if (!above.table) return undefined;
  const column = lookupColumn(above.table, tie.from.column, tie.path, notes);
  if (!column || !key) return undefined;
  const list = column.type.endsWith("[]");
  const type = keyType(list ? column.type.slice(0, -2) : column.type);
  if (type !== undefined && comparable(type, key.type)) {
    return { kind: "column", column: column.name, type, list };
  }
  return notes.fault(
    tie.path,
    `${place(above.table, column)} is of type ${column.type}, but ${table.name}.${key.column} is ${key.type}`,
    "A column that names a row has the type of that row's key, or is an array of it.",
  );
}
