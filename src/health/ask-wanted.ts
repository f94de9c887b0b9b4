import type pg from "pg";
import type { DbObject } from "../objects/object.ts";
import type { Sql } from "../sql/quote.ts";
import { askThings, inPlainWords } from "./ask-things.ts";
import { attempt, type Refusal } from "./attempt.ts";
import { printedId } from "./printed-id.ts";
import { stampedThing } from "./stamped.ts";
import type { Thing, WantedThing } from "./thing.ts";
import { twinTables } from "./twin-tables.ts";
import { wordedOnTwin } from "./twins.ts";

/** What there would be of a lock's objects had they just been made. */
export interface Made {
  readonly wanted: readonly WantedThing[];
  readonly failed: ReadonlyMap<string, string>;
  readonly refusals: readonly Refusal[];
}

const IN_SCHEMA = /^(schema|table|view|sequence|function|procedure) |^trigger .* on lastwill\./s;
const ON_TABLES = /^(trigger|foreign key|index) /;

/**
 * Makes a lock's objects, to be rolled back. What lives in schema lastwill is made in a second one, while the first bears
 * another name: nobody else sees that, and nobody waits. What stands on people's tables is made on twins of them.
 */
export async function askWanted(
  client: pg.ClientBase,
  objects: readonly DbObject[],
  found: readonly Thing[],
): Promise<Made> {
  const refused = new Map<string, Refusal>();
  const run = async (id: string, sql: string): Promise<void> => {
    const refusal = await attempt(client, sql);
    if (refusal) refused.set(id, refusal);
  };
  // As migrations do.
  await client.query("set local search_path = pg_catalog, pg_temp");
  await client.query("set local check_function_bodies = off");
  await run("schema lastwill", "alter schema lastwill rename to lastwill_as_it_is");
  const ours = objects.filter(({ id }) => IN_SCHEMA.test(id));
  for (const { id, create } of refused.size > 0 ? [] : ours) await run(id, create.join("\n"));
  const ungranted = await askThings(client);
  for (const { id, create } of objects.filter((object) => object.id.startsWith("grants of ")))
    await run(id, create.join("\n"));
  const made = (await askThings(client)).filter(isOurs);
  const wanted: WantedThing[] = [
    ...(await reworded(client, withGranted(made, ungranted), found)),
    ...objects
      .filter(({ id }) => /^archive (?!column )/.test(id))
      .map((object) => stampedThing(object, objects)),
  ];
  const tables = twinTables(client);
  for (const object of objects) {
    if (IN_SCHEMA.test(object.id) || !ON_TABLES.test(object.id)) continue;
    const worded = await wordedOnTwin(client, object, tables);
    if (worded instanceof Error) refused.set(object.id, worded);
    else wanted.push({ ...stampedThing(object, objects), ...worded });
  }
  const failed = [...refused].map(([id, { message }]) => [printedId(id), message] as const);
  return { wanted, failed: new Map(failed), refusals: [...refused.values()] };
}

/** What stands on people's tables is still what was there before. */
function isOurs({ id, parent }: Thing): boolean {
  return parent !== null || IN_SCHEMA.test(id) || /^(index|type|relation) lastwill\./.test(id);
}

/** Of rights only what was granted: who makes a thing may have defaults of his own. */
function withGranted(made: readonly Thing[], ungranted: readonly Thing[]): Thing[] {
  const before = new Map(ungranted.map(({ id, rights }) => [id, rights]));
  return made.map((thing) => ({
    ...thing,
    rights: thing.rights.filter((right) => !before.get(thing.id)?.includes(right)),
  }));
}

/** A view that was dumped and restored is worded as PostgreSQL reads its own words. */
async function reworded(
  client: pg.ClientBase,
  made: readonly Thing[],
  found: readonly Thing[],
): Promise<WantedThing[]> {
  const there = new Map(found.map(({ id, definition }) => [id, definition]));
  const wanted: WantedThing[] = [];
  for (const thing of made) {
    const isOther = thing.id.startsWith("view ") && there.get(thing.id) !== thing.definition;
    wanted.push(isOther ? { ...thing, alsoWorded: await restored(client, thing) } : thing);
  }
  return wanted;
}

async function restored(client: pg.ClientBase, { definition }: Thing): Promise<string | undefined> {
  const view = "lastwill_restored" as Sql;
  const refused = await attempt(
    client,
    `create or replace temporary view ${view} as ${definition}`,
  );
  if (refused) return undefined;
  const words = await inPlainWords(client, async () => {
    const { rows } = await client.query<{ words: string }>(
      `select pg_get_viewdef('pg_temp.${view}'::regclass) as words`,
    );
    return rows[0]?.words;
  });
  await client.query(`drop view pg_temp.${view}`);
  return words;
}
