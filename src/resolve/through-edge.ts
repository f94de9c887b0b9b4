import type { Table } from "../catalog.ts";
import type { Path } from "../faults.ts";
import type { JoinColumn, Key, ThroughEdge } from "../graph.ts";
import type { EdgeDeclaration, Tie } from "../manifest/manifest.ts";
import { type Above, referringType, singleParent } from "./above.ts";
import { type Common, keyPath } from "./any-edge.ts";
import { foreignKeysFrom, indexesOn, lookupSingleKey } from "./key.ts";
import { lookupColumn, lookupTable, tableName } from "./lookup.ts";
import type { Notes } from "./notes.ts";

const BECAUSE = "a through edge names a row by one";

/** A table between the two holds both keys. */
export function throughEdge(
  declared: EdgeDeclaration,
  tie: Extract<Tie, { kind: "through" }>,
  table: Table,
  above: Above,
  common: Common | undefined,
  notes: Notes,
): ThroughEdge | undefined {
  const key = lookupSingleKey(table, declared.key, BECAUSE, keyPath(declared), notes);
  const parent = singleParent(above, BECAUSE, tie.path, notes);
  const join = lookupTable(tie.table, [...tie.path, "table"], notes);
  if (!join) return undefined;
  const self = [table, above.table].find((other) => other?.oid === join.oid);
  if (self) {
    return notes.fault(
      [...tie.path, "table"],
      `${self.name} is one of the two itself, not a table between them`,
      "Name the table that holds both keys; a column of the owned table is `by`, one of the owner's is `from: {column}`.",
    );
  }
  const toParent = joinColumn(join, tie.owner, [...tie.path, "owner"], parent, notes);
  const toOwned = joinColumn(join, tie.owned, [...tie.path, "owned"], key && { table, key }, notes);
  if (!common || !key || !parent || !toParent || !toOwned) return undefined;
  return {
    ...common,
    kind: "through",
    on: parent.on,
    key,
    join: tableName(join),
    joinWritten: tie.table,
    orphans: tie.orphans,
    toParent,
    toOwned,
  };
}

function joinColumn(
  join: Table,
  name: string,
  path: Path,
  to: { readonly table: Table; readonly key: Key } | undefined,
  notes: Notes,
): JoinColumn | undefined {
  const column = lookupColumn(join, name, path, notes);
  const type = column && to && referringType(join, column, to.key, to.table, path, notes);
  if (!type || !to) return undefined;
  return {
    column: name,
    type,
    foreignKeys: foreignKeysFrom(join, [name], to.table, [to.key]),
    indexes: indexesOn(join, [name]),
  };
}
