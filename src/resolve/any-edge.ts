import type { Table } from "../catalog.ts";
import type { Path } from "../faults.ts";
import type { ClaimColumn, Edge } from "../graph.ts";
import type { EdgeDeclaration } from "../manifest/manifest.ts";
import type { Above } from "./above.ts";
import { checkCondition } from "./condition.ts";
import { primaryKey } from "./key.ts";
import { dropNotNull, lookupColumn, place, tableName } from "./lookup.ts";
import type { Notes } from "./notes.ts";
import { resolvePolicy } from "./policy.ts";

/** What edges of every kind have. */
export type Common = Omit<
  Extract<Edge, { kind: "data" }>,
  "kind" | "on" | "key" | "pointer" | "onReplace" | "guard"
>;

/** The part of an edge that does not depend on its kind; undefined when it has no key or policy. */
export function anyEdge(
  declared: EdgeDeclaration,
  table: Table,
  above: Above,
  notes: Notes,
): Common | undefined {
  const display = displayKey(declared, table, notes);
  const policy = resolvePolicy(declared, table, notes);
  const claim = resolveClaim(declared, table, notes);
  const emit = declared.emit.flatMap(
    (column, index) => lookupColumn(table, column, [...declared.path, "emit", index], notes) ?? [],
  );
  checkCondition(declared, "keep_when", table, notes);
  if (!display || !policy) return undefined;
  return {
    id: `${above.owner}.${declared.name}`,
    name: declared.name,
    was: declared.was,
    owner: above.owner,
    table: tableName(table),
    written: declared.table,
    depth: (above.parent?.depth ?? 0) + 1,
    parent: above.parent,
    display,
    policy,
    grace: declared.grace,
    keepWhen: declared.keepWhen,
    claim,
    emit: emit.map(({ name, type }) => ({ column: name, isJson: type === "json" })),
  };
}

/** What names a row in lastwill.owned: as declared, or the whole primary key. It need not be one column. */
function displayKey(declared: EdgeDeclaration, table: Table, notes: Notes): string[] | undefined {
  const path = keyPath(declared);
  if (declared.key !== undefined) {
    const columns = declared.key.map((name) => lookupColumn(table, name, path, notes)?.name);
    const found = columns.filter((name) => name !== undefined);
    return found.length === columns.length ? found : undefined;
  }
  const columns = primaryKey(table);
  if (columns.length > 0) return columns;
  return notes.fault(
    path,
    `${table.name} has no primary key, so nothing tells its rows apart in lastwill.owned`,
    "Add a primary key, or say which column to show, with `key:`.",
  );
}

export function keyPath(declared: EdgeDeclaration): Path {
  return [...declared.path, declared.key === undefined ? "table" : "key"];
}

function resolveClaim(
  { claim, path }: EdgeDeclaration,
  table: Table,
  notes: Notes,
): ClaimColumn | undefined {
  if (claim === undefined) return undefined;
  const at = [...path, "claim"];
  const column = lookupColumn(table, claim, at, notes);
  if (!column) return undefined;
  if (column.generated) {
    return notes.fault(
      at,
      `${place(table, column)} is a generated column, which a claim cannot fill`,
      "Name a column that can be written.",
    );
  }
  if (column.notNull) {
    return notes.fault(
      at,
      `${place(table, column)} is NOT NULL, but null is what says that nobody has claimed the row`,
      `Run: ${dropNotNull(table, [claim])}. Or name another column.`,
    );
  }
  return { column: column.name, type: column.type };
}
