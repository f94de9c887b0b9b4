import { callName } from "../names.ts";
import { identifier, join, qualified, type Sql } from "../sql/quote.ts";
import type { Reference } from "./foreign-key.ts";
import { orphanSql, type Treatment } from "./orphans.ts";

/** What is done with orphans: `deletes rows of carts whose session_sid names no row of session`. */
export function orphanDeed(reference: Reference, treatment: Treatment): string {
  const columns = reference.columns.join(", ");
  const names = reference.columns.length === 1 ? "names" : "name";
  const parent = qualified(...reference.parentTable);
  const rows = `rows of ${qualified(...reference.table)} whose ${columns} ${names} no row of ${parent}`;
  switch (treatment) {
    case "stop":
      return `stops if there are ${rows}, and changes nothing then`;
    case "delete":
      return `deletes ${rows}`;
    case "release":
      return `lets go of ${rows}, so that the sweep ends those that nothing keeps`;
    case "set_null":
      return `unties ${rows}, which stay and have nobody then`;
  }
}

/** The same, with what it means for others, for the header of the migration. */
export function orphanHazard(reference: Reference, treatment: Treatment): string {
  const deed = orphanDeed(reference, treatment);
  if (treatment === "stop") return deed;
  return `${deed}; writes to ${qualified(...reference.parentTable)} wait meanwhile, for a moment each time; not reversible`;
}

/** What to do when the migration stops at orphans. */
export function waysOut(reference: Reference): string {
  const { edge, parentTable } = reference;
  if (parentTable[0] === "lastwill") {
    const touch = identifier(callName("touch", parentTable[1]));
    return (
      `${qualified(...parentTable)} is empty until lastwill.${touch}() is called for each session that is there. ` +
      `Let go of the other rows then, and run migrate up again: ${byHand(reference)};`
    );
  }
  const [word, other] = words(reference);
  if (word === undefined) return `Let go of them, and run migrate up again: ${byHand(reference)};`;
  const either = other === undefined ? "" : ` (or ${other}, to keep them)`;
  return (
    `Write orphans: ${word}${either} beside ${edge.id} in the manifest, run gen-migrations, and migrate up again. ` +
    `Or let go of them by hand: ${byHand(reference)};`
  );
}

/** What the manifest may say to go on; nothing right under a managed owner. */
function words({ edge }: Reference): string[] {
  if (edge.on.table[0] === "lastwill") return [];
  if (edge.kind === "through") return ["delete"];
  if (edge.policy.kind === "set_null") return ["set_null"];
  return edge.nullable.length > 0 ? ["delete", "set_null"] : ["delete"];
}

/** The statement that does to orphans what the foreign key would have done. */
function byHand(reference: Reference): string {
  const { table, columns, nulled, onDelete } = reference;
  const rows = qualified(...table);
  const orphans = oneLine(orphanSql(reference, "="));
  if (onDelete === "cascade") return `delete from only ${rows} as owned where ${orphans}`;
  const nulls = join(
    (nulled.length > 0 ? nulled : columns).map((column) => `${identifier(column)} = null` as Sql),
    ", ",
  );
  return `update only ${rows} as owned set ${nulls} where ${orphans}`;
}

/** Names hold no line breaks: they are written as escapes. */
function oneLine(sql: Sql): string {
  return sql.replaceAll(/(?<=\()\n\s*|\n\s*(?=\))/g, "").replaceAll(/\n\s*/g, " ");
}
