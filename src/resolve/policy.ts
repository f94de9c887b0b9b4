import type { Table } from "../catalog.ts";
import type { Policy } from "../graph.ts";
import type { EdgeDeclaration, PolicyDeclaration } from "../manifest/manifest.ts";
import { resolveArchive } from "./archive.ts";
import { dropNotNull, lookupColumn, place } from "./lookup.ts";
import type { Notes } from "./notes.ts";

/** What happens to an owned row that ends, with the columns and tables it needs. */
export function resolvePolicy(
  { policy }: EdgeDeclaration,
  table: Table,
  notes: Notes,
): Policy | undefined {
  switch (policy.kind) {
    case "soft_delete":
      return resolveSoftDelete(policy, table, notes);
    case "archive":
      return resolveArchive(policy, table, notes);
    default:
      return policy;
  }
}

function resolveSoftDelete(
  declared: Extract<PolicyDeclaration, { kind: "soft_delete" }>,
  table: Table,
  notes: Notes,
): Policy | undefined {
  const column = lookupColumn(table, declared.column, declared.path, notes);
  if (!column) return undefined;
  const { name, type } = column;
  const isMoment = type === "timestamp with time zone" || type === "timestamp without time zone";
  if (!isMoment && type !== "boolean") {
    return notes.fault(
      declared.path,
      `${place(table, column)} is of type ${type}, which does not say that a row is deleted`,
      "Name a timestamp, with or without time zone, or a boolean.",
    );
  }
  if (column.generated) {
    return notes.fault(
      declared.path,
      `${place(table, column)} is a generated column, which nobody can set`,
      "Name a column that can be written.",
    );
  }
  if (isMoment && column.notNull) {
    return notes.fault(
      declared.path,
      `${place(table, column)} is NOT NULL, but null is what says that a row is alive`,
      `Run: ${dropNotNull(table, [name])}. Or name another column.`,
    );
  }
  return { kind: "soft_delete", column: name, type };
}
