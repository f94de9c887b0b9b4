import type { Fault } from "../faults.ts";
import { presetOf } from "./presets.ts";
import { columnsIn, type EdgeNode, type Fields, isFields, type TieName } from "./tree.ts";

/**
 * Keys of several columns: only a tie by as many columns can hold them. What is not written in the
 * manifest is held against the catalog later.
 */
export function keyFaults(edge: EdgeNode, tie: TieName): Fault[] {
  return [...ownKeyFaults(edge, tie), ...parentKeyFaults(edge, tie)];
}

/** A link, a type column's neighbour and a table between the two hold one column of a key each. */
function ownKeyFaults({ path, fields }: EdgeNode, tie: TieName): Fault[] {
  const count = columnsIn(fields["key"]) ?? 1;
  if (count === 1 || (tie === "by" && !isFields(fields["by"]))) return [];
  const name = tie === "by" ? "a type column" : tie;
  const what = `the key has ${columns(count)}, but with ${name} one column names a row`;
  return [
    { path: [...path, "key"], on: "value", what, fix: "Name one that is unique and not null." },
  ];
}

function parentKeyFaults({ path, fields, parent, isNested }: EdgeNode, tie: TieName): Fault[] {
  const expected = parentKey(parent);
  const { by } = fields;
  const count = tie === "by" ? (isFields(by) ? 1 : columnsIn(by)) : 1;
  if (expected === undefined || count === undefined || count === expected) return [];
  const above = isNested ? "the edge above" : "the owner";
  if (tie !== "by") {
    const what = `${tie} holds a key of one column, but the key has ${expected}`;
    const fix = `Tie the rows by ${expected} columns of theirs, or give ${above} a key of one column.`;
    return [{ path: [...path, tie], on: "value", what, fix }];
  }
  const what = `by names ${columns(count)}, but the key has ${expected}`;
  const fix =
    expected === 1
      ? "Name one column: that which holds the key."
      : "Name a column for each of the key's, in the same order, as in by: [shop_id, sid].";
  return [{ path: [...path, "by"], on: "value", what, fix }];
}

/** How many columns the key has that an edge's rows refer to; undefined where the catalog says. */
function parentKey(parent: Fields): number | undefined {
  const { key, store, managed } = parent;
  if (key !== undefined) return columnsIn(key);
  const hasOne = managed === true || (typeof store === "string" && presetOf(store) !== undefined);
  return hasOne ? 1 : undefined;
}

function columns(count: number): string {
  return count === 1 ? "1 column" : `${count} columns`;
}
