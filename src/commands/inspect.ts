import type pg from "pg";
import colors from "picocolors";
import { withClient } from "../database.ts";
import { EXIT } from "../exit.ts";
import { data, masked, say } from "./console.ts";
import { type TreeNode, treeLines } from "./tree.ts";

/** What `inspect` is called with. */
export interface InspectOptions {
  readonly database: string | undefined;
  readonly json?: true;
  readonly showKeys?: true;
}

/** A row that an owner owns, as lastwill.owned_tree has it. */
interface OwnedRow {
  readonly edge: string;
  readonly owned: string;
  readonly owned_key: string;
  readonly depth: number;
  readonly policy: string;
  readonly expires_at: Date | null;
  readonly parent_edge: string | null;
  readonly parent_key: string;
}

/** A row that an owner let go of. */
interface ReleasedRow {
  readonly edge: string;
  readonly owned_key: string;
  readonly due_at: Date;
}

/** `inspect <owner> <key>`: what one owner row owns, as a tree. Exit code 1 when it owns nothing. */
export async function inspectCommand(
  owner: string,
  key: string,
  options: InspectOptions,
): Promise<number> {
  const belongings = await withClient(options.database, (client) => ownedRows(client, owner, key));
  const { owned, released } = belongings;
  if (options.json) {
    // What hangs on the owner itself would tell its key.
    const rows = owned.map((row) =>
      row.parent_edge === null ? { ...row, parent_key: shownKey(key, options.showKeys) } : row,
    );
    data(JSON.stringify({ owner, owned: rows, released }, null, 2));
  } else data(treeLines(tree(owner, shownKey(key, options.showKeys), belongings)).join("\n"));
  if (owned.length + released.length > 0) return EXIT.fine;
  say(`No ${owner} with this key owns anything, or there is none.`);
  return EXIT.found;
}

/** The lines of the tree, for whoever has a connection. */
export async function inspectTree(
  client: pg.ClientBase,
  owner: string,
  key: string,
  showKeys: boolean,
): Promise<string[]> {
  return treeLines(tree(owner, shownKey(key, showKeys), await ownedRows(client, owner, key)));
}

function shownKey(key: string, showKeys: boolean | undefined): string {
  return showKeys ? key : masked(key);
}

interface Belongings {
  readonly owned: readonly OwnedRow[];
  readonly released: readonly ReleasedRow[];
}

async function ownedRows(client: pg.ClientBase, owner: string, key: string): Promise<Belongings> {
  await client.query("select lastwill.known_owner($1)", [owner]);
  return {
    owned: await ownedBy(client, owner, key),
    released: await releasedBy(client, owner, key),
  };
}

async function ownedBy(client: pg.ClientBase, owner: string, key: string): Promise<OwnedRow[]> {
  const { rows } = await client.query<OwnedRow>(
    `select edge, owned, owned_key, depth, policy, expires_at, parent_edge, parent_key
     from lastwill.owned_tree
     where owner = $1
       and owner_key = $2
     order by depth, edge, length(owned_key), owned_key`,
    [owner, key],
  );
  return rows;
}

async function releasedBy(
  client: pg.ClientBase,
  owner: string,
  key: string,
): Promise<ReleasedRow[]> {
  const { rows } = await client.query<ReleasedRow>(
    `select edge, owned_key, due_at
     from lastwill.released
     where edge like replace(replace(replace($1, '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '.%'
       and owner_key = $2
     order by due_at, id`,
    [owner, key],
  );
  return rows;
}

function tree(owner: string, key: string, { owned, released }: Belongings): TreeNode {
  const below = (edge: string | null, key: string): TreeNode[] =>
    owned
      .filter((row) => row.parent_edge === edge && (edge === null || row.parent_key === key))
      .map((row) => ({
        text: `${row.owned} ${row.owned_key}  ${colors.dim(`${row.edge}, ${row.policy}`)}`,
        below: below(row.edge, row.owned_key),
      }));
  const expires = owned[0]?.expires_at;
  const until = expires ? `  ${colors.dim(`expires ${expires.toISOString()}`)}` : "";
  const waiting = released.map((row) => ({
    text: `${row.edge} ${row.owned_key}  ${colors.dim(`released, ends after ${row.due_at.toISOString()}`)}`,
    below: [],
  }));
  return { text: `${owner} ${key}${until}`, below: [...below(null, ""), ...waiting] };
}
