import { duration } from "../sql/expiry.ts";
import { identifier, join, lineComment, literal, qualified, type Sql } from "../sql/quote.ts";
import { render } from "../sql/template.ts";
import type { Reference } from "./foreign-key.ts";
import type { DbObject } from "./object.ts";
import { orphanDeed, orphanHazard, waysOut } from "./orphan-words.ts";

/** What is done with orphans. To release them lets go of them as the end of an owner does. */
export type Treatment = "stop" | "delete" | "release" | "set_null";

/**
 * What the migration does with orphans, rows that name a parent who is not there, before it has their
 * foreign key checked.
 */
export function orphansObject(reference: Reference): DbObject {
  const treatment = treatmentOf(reference);
  return {
    id: `orphans of ${reference.id}`,
    phase: "after",
    create: [treatment === "stop" ? stopSql(reference) : batchesSql(reference, treatment)],
    drop: [],
    replaces: false,
    needs: [reference.id],
    hazards: [{ text: orphanHazard(reference, treatment), size: reference.table }],
  };
}

/** Rows that may have another owner, or something that keeps them, are not just deleted. */
export function treatmentOf({ edge }: Reference): Treatment {
  if (edge.orphans !== "delete") return edge.orphans;
  return edge.kind === "column" && edge.end === "detach" ? "release" : "delete";
}

/** What holds for a row behind `owned` that names a parent who is not there. */
export function orphanSql(reference: Reference, equals: string): Sql {
  const { columns, parentKey, parentTable } = reference;
  const same = columns.map(
    (column, index) =>
      `parent.${identifier(parentKey[index] ?? "")} ${equals} owned.${identifier(column)}` as Sql,
  );
  return render("edge/orphans/orphan.sql", {
    names_somebody: namesSomebody(columns),
    parent: parentTable,
    is_parent: join(same, "\n  and "),
  });
}

/** What holds for a row that names a parent at all: of several columns, by all of them. */
export function namesSomebody(columns: readonly string[], row = "owned"): Sql {
  return join(
    columns.map((column) => `${row}.${identifier(column)} is not null` as Sql),
    "\n  and ",
  );
}

/** What tells a person which row is behind `owned`, as a text. */
export function shownSql({ shown }: Reference): Sql {
  const columns = shown.map((column) => `owned.${identifier(column)}`);
  if (columns.length === 1) return `cast(${columns[0]} as pg_catalog.text)` as Sql;
  const pattern = columns.map(() => "%s").join(", ");
  return `pg_catalog.format('(${pattern})'${columns.map((column) => `, ${column}`).join("")})` as Sql;
}

function stopSql(reference: Reference): Sql {
  const { shown } = reference;
  const which = `Their ${shown.length === 1 ? shown[0] : `(${shown.join(", ")})`}: `;
  return render("edge/orphans/stop.sql", {
    ...tables(reference),
    shown: shownSql(reference),
    table: qualified(...reference.table),
    missing: ` a row of ${qualified(...reference.parentTable)} that is not there`,
    detail: shown.length === 0 ? ("" as Sql) : render("edge/orphans/detail.sql", { which }),
    hint: waysOut(reference),
  });
}

function batchesSql(reference: Reference, treatment: Exclude<Treatment, "stop">): Sql {
  const table = qualified(...reference.table);
  const parent = qualified(...reference.parentTable);
  return render("edge/orphans/batches.sql", {
    ...tables(reference),
    sentence: lineComment(`${reference.edge.id}: ${orphanDeed(reference, treatment)}.`),
    table,
    work: workSql(
      reference,
      treatment,
      `interval ${literal(duration(reference.edge.grace))}` as Sql,
    ),
    kept: `a trigger on ${table} keeps rows that name a row of ${parent} that is not there`,
    locked: `rows of ${table}, or all of ${parent}, have been locked by others for 10 minutes`,
  });
}

function tables(reference: Reference) {
  return {
    owned: reference.table,
    parent: reference.parentTable,
    orphan: orphanSql(reference, "operator(pg_catalog.=)"),
  };
}

/** The statement that does it to the rows at `places`; those that are released wait for `grace`. */
export function workSql(
  reference: Reference,
  treatment: Exclude<Treatment, "stop">,
  grace: Sql,
): Sql {
  const { edge, table: owned } = reference;
  if (treatment === "delete" || edge.kind !== "column") {
    return render("edge/orphans/delete.sql", { owned });
  }
  if (treatment === "set_null" || !edge.key) {
    const nulls = join(
      edge.nullable.map((column) => `${identifier(column)} = null` as Sql),
      ",\n  ",
    );
    return render("edge/orphans/set_null.sql", { owned, nulls });
  }
  return render("edge/orphans/release.sql", {
    owned,
    edge: edge.id,
    key: edge.key.column,
    by: edge.by[0] ?? "",
    grace,
  });
}
