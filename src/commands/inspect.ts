import process from "node:process";
import type pg from "pg";
import { withClient } from "../database.ts";
import { EXIT } from "../exit.ts";
import { askBelongings, type Belongings } from "../inspect/belongings.ts";
import type { InspectedRow, InspectOutput, ReleasedRow } from "../output/inspect.ts";
import { data, masked, say } from "./console.ts";
import { type TreeNode, treeLines } from "./tree.ts";

/** What `inspect` is called with. */
export interface InspectOptions {
  readonly database: string | undefined;
  readonly json?: true;
  readonly showKeys?: true;
}

/** `inspect <owner> <key>`: what one owner row owns, as a tree. Exit code 1 when it owns nothing. */
export async function inspectCommand(
  owner: string,
  key: string,
  options: InspectOptions,
): Promise<number> {
  const belongings = await withClient(options.database, (client) =>
    askBelongings(client, owner, key),
  );
  const shown = options.showKeys ? belongings : withoutKeys(belongings);
  if (options.json) data(JSON.stringify(shown, null, 2));
  else data(treeLines(tree(shown), process.stdout.columns).join("\n"));
  if (shown.owned.length + shown.released.length > 0) return EXIT.fine;
  say(`No ${owner} with this key owns anything, or there is none.`);
  return EXIT.found;
}

/** The lines of the tree, for whoever has a connection. */
export async function inspectTree(
  client: pg.ClientBase,
  owner: string,
  key: string,
  showKeys: boolean,
  width?: number,
): Promise<string[]> {
  const belongings = await askBelongings(client, owner, key);
  return treeLines(tree(showKeys ? belongings : withoutKeys(belongings)), width);
}

/** Keys of owners are secrets: its own, and those of others who have the same rows. */
function withoutKeys(belongings: Belongings): InspectOutput {
  return {
    ...belongings,
    owner_key: masked(belongings.owner_key),
    owned: belongings.owned.map((row) => ({
      ...row,
      parent_key: row.parent_edge === null ? masked(row.parent_key) : row.parent_key,
      also_owned_by: row.also_owned_by.map(({ owner, owner_key }) => ({
        owner,
        owner_key: masked(owner_key),
      })),
    })),
  };
}

function tree({ owner, owner_key, expires_at, owned, released }: InspectOutput): TreeNode {
  const below = (edge: string | null, key: string): TreeNode[] =>
    owned
      .filter((row) => row.parent_edge === edge && (edge === null || row.parent_key === key))
      .map((row) => ({
        text: `${row.owned} ${row.owned_key}  ${fateText(row)}`,
        aside: row.tied_by,
        below: below(row.edge, row.owned_key),
      }));
  return {
    text: `${owner} ${owner_key}`,
    ...(expires_at !== null && { aside: `expires ${expires_at}` }),
    below: [...below(null, ""), ...released.map(releasedNode)],
  };
}

function fateText({ fate, because, also_owned_by: others }: InspectedRow): string {
  const names = others.map(({ owner, owner_key }) => `${owner} ${owner_key}`);
  const whose = fate === "stays" && names.length > 0 ? ` (${names.slice(0, 2).join(", ")})` : "";
  return because === null ? fate : `${fate}: ${because}${whose}`;
}

function releasedNode({ owned, owned_key, edge, due_at, quarantined }: ReleasedRow): TreeNode {
  const row = owned_key === "" ? `all ${owned} that it had` : `${owned} ${owned_key}`;
  const state =
    quarantined === null
      ? `released, until ${due_at}`
      : `cannot end until ${quarantined.next_try}: ${quarantined.message}`;
  return { text: `${row}  ${state}`, aside: edge, below: [] };
}
