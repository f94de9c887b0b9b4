import { identifier, type Sql } from "../sql/quote.ts";
import { splitColumnId } from "./column-id.ts";
import type { Thing } from "./thing.ts";

/** Who may do something that he should not, or may not what he should. Roles of people's own are their business. */
export interface OtherRights {
  readonly open: readonly string[];
  readonly lacking: readonly string[];
}

export function otherRights(wanted: Thing, found: Thing): OtherRights {
  return {
    open: found.rights.filter((right) => isPublic(right) && !wanted.rights.includes(right)),
    lacking: wanted.rights.filter((right) => !found.rights.includes(right)),
  };
}

/** What takes the one away and gives the other. */
export function rightsSql(id: string, { open, lacking }: OtherRights): Sql {
  return [
    ...open.map((right) => rightSql("revoke", right, id)),
    ...lacking.map((right) => rightSql("grant", right, id)),
  ].join(" ") as Sql;
}

/** Gives back the rights that people gave to roles of theirs on a thing that is made anew. */
export function givenBack(wanted: Thing, found: Thing): Sql[] {
  const own = found.rights.filter((right) => !isPublic(right) && !wanted.rights.includes(right));
  return own
    .filter((right) => isOnColumnOf(wanted, right))
    .map((right) => rightSql("grant", right, wanted.id));
}

function isPublic(right: string): boolean {
  return right.startsWith("public: ");
}

/** A right on a column that is gone cannot be given again. */
function isOnColumnOf({ columns }: Thing, right: string): boolean {
  const { column } = partsOf(right);
  return column === "" || (columns ?? []).some((each) => each.startsWith(`${column} `));
}

const RIGHT = /^(.*): ([a-z ]+?)(?: \((.*)\))?$/s;

function partsOf(right: string): { role: string; privilege: string; column: string } {
  const [, role = "", privilege = "", column = ""] = RIGHT.exec(right) ?? [];
  return { role, privilege, column };
}

function rightSql(verb: "grant" | "revoke", right: string, id: string): Sql {
  const { role, privilege, column } = partsOf(right);
  const who = role === "public" ? role : identifier(role);
  const ofTable = splitColumnId(id);
  const named = ofTable?.column ?? column;
  const what = named === "" ? privilege : `${privilege} (${named})`;
  const on = ofTable?.table ?? id.replace(/^view /, "");
  return `${verb} ${what} on ${on} ${verb === "grant" ? "to" : "from"} ${who};` as Sql;
}
