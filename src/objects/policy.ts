import type { Archive, DecidedEdge, Edge, Policy, PolymorphicEdge, TableName } from "../graph.ts";
import { list } from "../sql/layout.ts";
import { identifier, literal, type Sql, textArray } from "../sql/quote.ts";
import { render } from "../sql/template.ts";

/** The statement that ends those of the locked rows, at `places`, for which `ends` holds; a file of sql/policy/ for each policy. */
export function policySql(edge: DecidedEdge, ends: Sql): Sql {
  const rows = { owned: edge.table, ends };
  const { policy } = edge;
  switch (policy.kind) {
    case "cascade":
      return render("policy/cascade.sql", rows);
    case "set_null":
      return render("policy/set_null.sql", { ...rows, nothing: nothingSql(edge) });
    case "soft_delete":
      return render("policy/soft_delete.sql", {
        ...rows,
        changes: list(
          [
            `${identifier(policy.column)} = ${markSql(policy)}`,
            ...(edge.kind === "polymorphic" && edge.nullable ? nobody(edge) : []),
          ],
          ",\n    ",
        ),
      });
    case "archive":
      return render("policy/archive.sql", { ...rows, ...archiveSlots(policy) });
  }
}

/** Where an archive keeps what of a row `gone`. */
export function archiveSlots(policy: Archive): {
  archive: TableName;
  columns: Sql;
  values: Sql;
  names: Sql;
} {
  return {
    archive: policy.table,
    columns: list(policy.columns.map(identifier)),
    values: list(policy.columns.map((column) => `gone.${identifier(column)}`)),
    names: textArray(policy.columns),
  };
}

/**
 * That a row behind `owned` is still there, for policies under which an ended row stays in its table;
 * undefined where an ended row is gone.
 */
export function stillThere(edge: Edge, row = "owned"): Sql | undefined {
  const { policy } = edge;
  if (policy.kind === "soft_delete") return aliveSql(policy, row);
  if (policy.kind === "set_null" && edge.kind === "polymorphic") {
    const type = `${row}.${identifier(edge.typeColumn)} operator(pg_catalog.=) ${literal(edge.type)}`;
    return `${row}.${identifier(edge.by.column)} is not null\nand ${type}` as Sql;
  }
  return undefined;
}

type SoftDelete = Extract<Policy, { kind: "soft_delete" }>;

/** That a row is not marked as deleted. */
export function aliveSql(policy: SoftDelete, row: string): Sql {
  const column = `${row}.${identifier(policy.column)}`;
  return (policy.type === "boolean" ? `${column} is not true` : `${column} is null`) as Sql;
}

function markSql(policy: SoftDelete): Sql {
  switch (policy.type) {
    case "boolean":
      return "true" as Sql;
    case "timestamp with time zone":
      return "pg_catalog.now()" as Sql;
    case "timestamp without time zone":
      return "(pg_catalog.now() at time zone 'UTC')" as Sql;
  }
}

/** What a polymorphic row is given when it names nobody any more: no key, and no type if it may have none. */
export function nothingSql(edge: DecidedEdge): Sql {
  if (edge.kind !== "polymorphic")
    throw new RangeError(`${edge.id} names nobody in its own columns`);
  return list(nobody(edge), ",\n    ");
}

function nobody(edge: PolymorphicEdge): string[] {
  const columns = edge.typeNullable ? [edge.by.column, edge.typeColumn] : [edge.by.column];
  return columns.map((column) => `${identifier(column)} = null`);
}
