import type { Column, Table } from "../catalog.ts";
import type { Path } from "../faults.ts";
import type { EdgeDeclaration } from "../manifest/manifest.ts";
import { primaryKey } from "./key.ts";
import { dropNotNull } from "./lookup.ts";
import type { Notes } from "./notes.ts";

/** Why rows that hold their owner's key are let go of, and do not just end with it. */
export interface Letting {
  readonly end: "set null" | "detach";
  /** What wants it. */
  readonly by: "set_null" | "soft_delete" | "keep_when" | "claim" | "grace" | "sharing";
  /** In words: `keep_when lets go of rows by setting it null`. */
  readonly lets: string;
  /** In words: `keep_when decides each row by itself, named by one column`. */
  readonly decides: string;
  /** What to do to be without it. */
  readonly instead: string;
}

/** Undefined where a row just ends with its owner. */
export function lettingGo(
  declared: EdgeDeclaration,
  table: Table,
  notes: Notes,
): Letting | undefined {
  const { policy, keepWhen, claim, grace } = declared;
  if (policy.kind === "set_null") {
    const lets = "on_delete: set_null sets it null";
    return { end: "set null", by: "set_null", lets, decides: lets, instead: "leave on_delete out" };
  }
  const wanting = [
    ["soft_delete", policy.kind === "soft_delete"],
    ["keep_when", keepWhen !== undefined],
    ["claim", claim !== undefined],
    ["grace", grace > 0],
  ] as const;
  const by = wanting.find(([, isDeclared]) => isDeclared)?.[0];
  return by ? detaching(by) : sharing(declared, table, notes);
}

function detaching(by: Letting["by"]): Letting {
  return {
    end: "detach",
    by,
    lets: `${by} lets go of rows by setting it null`,
    decides: `${by} decides each row by itself, named by one column`,
    instead: `leave ${by} out`,
  };
}

function sharing(declared: EdgeDeclaration, table: Table, notes: Notes): Letting | undefined {
  const other = notes.otherEdgeOver(table, declared);
  if (!other) return undefined;
  const shared = `${table.name} is owned by ${other.id} as well`;
  return {
    end: "detach",
    by: "sharing",
    lets: `${shared}, and one owner lets go of a row by setting it null`,
    decides: `${shared}, so each row is decided by itself, named by one column`,
    instead: "leave one of the two edges out",
  };
}

/** Whether one of the columns at least can be set null. */
export function checkNullable(
  table: Table,
  columns: readonly Column[],
  letting: Pick<Letting, "lets" | "instead">,
  path: Path,
  notes: Notes,
): boolean {
  if (columns.some(({ notNull }) => !notNull)) return true;
  const names = columns.map(({ name }) => name);
  const free = names.filter((name) => !primaryKey(table).includes(name)).slice(0, 1);
  notes.fault(
    path,
    `${table.name}.${names.join(", ")} ${names.length === 1 ? "is" : "are"} NOT NULL, but ${letting.lets}`,
    free.length === 0
      ? `A column of the primary key is never null: ${letting.instead}, or give ${table.name} another primary key.`
      : `Run: ${dropNotNull(table, free)}. Or ${letting.instead}.`,
  );
  return false;
}
