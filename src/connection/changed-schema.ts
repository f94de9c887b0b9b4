import type pg from "pg";
import { sqlStateOf } from "../sql-state.ts";

/** What to do where a function of ours names what the schema no longer has. */
export const AFTER_A_CHANGE: string =
  "A column or table is not what it was when the migration ran. Name it in the manifest as it is now " +
  "(lastwill check says where), run gen-migrations, and migrate up.";

/** Whether a function of ours found something gone or of another type: SQLSTATE class 42, but for rights. */
export function isChangedSchema(error: Error & Record<string, unknown>): boolean {
  const innermost = String(error["where"] ?? "").split("\n")[0] ?? "";
  return /^42(?!501)/.test(sqlStateOf(error) ?? "") && functionsIn(innermost).length > 0;
}

/** The edge with its table, or the owner, that an error of our functions is about; undefined where none tells. */
export async function changedPart(
  client: pg.ClientBase,
  error: Error & Record<string, unknown>,
): Promise<string | undefined> {
  const parts = await client
    .query<{ name: string; start: string }>(PARTS)
    .catch(() => client.query("rollback").then(() => client.query(PARTS)))
    .catch(() => undefined);
  for (const name of functionsIn(String(error["where"]))) {
    const found = parts?.rows.find(({ start }) => name.startsWith(start));
    if (found) return found.name;
  }
  return undefined;
}

/** Functions are called after their edge or owner; the longest name first, for one may begin another. */
const PARTS = `
  select format('%s (table %s)', edge, owned) as name, replace(edge, '.', '_') || '_' as start
  from lastwill.edge
  union
  select format('owner %s', owner), owner || '_' from lastwill.edge
  order by start desc`;

/** Those of ours in the stack of an error, innermost first. */
function functionsIn(stack: string): string[] {
  const calls = stack.matchAll(/^(?:PL\/pgSQL function lastwill\.|SQL function ")"?(\w+)/gm);
  return [...calls].map(([, name = ""]) => name);
}
