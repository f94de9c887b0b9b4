import type { Table } from "../catalog.ts";
import { pathText } from "../faults.ts";
import type { EdgeDeclaration } from "../manifest/manifest.ts";
import type { Notes } from "./notes.ts";

const AMBIGUOUS_COLUMN = "42702";

/** Notes what PostgreSQL has against an SQL condition of the manifest. */
export function checkCondition(
  { path }: EdgeDeclaration,
  key: "keep_when" | "guard",
  table: Table,
  notes: Notes,
): void {
  const at = [...path, key];
  const error = notes.catalog.conditionErrors.get(pathText(at));
  if (!error) return;
  const [, type] =
    /^argument of WHERE must be type boolean, not type (.*)$/.exec(error.message) ?? [];
  const columns = table.columns.map(({ name }) => name).join(", ");
  const usual =
    key === "keep_when"
      ? `Write SQL over a row of ${table.name}, whose columns are: ${columns}.`
      : `Write SQL over owner and owned, such as "owned.user_id = owner.user_id"; the columns of owned are: ${columns}.`;
  if (key === "guard" && error.code === AMBIGUOUS_COLUMN) {
    notes.fault(
      at,
      `PostgreSQL cannot read this: ${error.message}`,
      "Say whose column it is: owner.… or owned.….",
    );
  } else if (type !== undefined) {
    notes.fault(at, `this is of type ${type}, but a condition is true or false`, usual);
  } else {
    notes.fault(at, `PostgreSQL cannot read this: ${error.message}`, error.hint ?? usual);
  }
}
