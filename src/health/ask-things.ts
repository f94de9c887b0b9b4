import type pg from "pg";
import { render } from "../sql/template.ts";
import type { Thing } from "./thing.ts";

/** What there is of ours in the database. */
export async function askThings(client: pg.ClientBase): Promise<Thing[]> {
  return inPlainWords(client, async () => {
    const { rows } = await client.query<Thing>(render("health/things.sql"));
    return rows;
  });
}

/** What stands on each of our views and routines, and has to go before it, by id. */
export async function askStandsOn(
  client: pg.ClientBase,
): Promise<ReadonlyMap<string, readonly string[]>> {
  return inPlainWords(client, async () => {
    const { rows } = await client.query<{ id: string; above: string[] }>(
      render("health/stands_on.sql"),
    );
    return new Map(rows.map(({ id, above }) => [id, above]));
  });
}

/** For the time of a question no name is found without its schema, so every definition has it. */
export async function inPlainWords<T>(client: pg.ClientBase, ask: () => Promise<T>): Promise<T> {
  const { rows } = await client.query<{ path: string }>(
    "select current_setting('search_path') as path",
  );
  await client.query("set local search_path = ''");
  const answer = await ask();
  await client.query("select set_config('search_path', $1, true)", [rows[0]?.path]);
  return answer;
}
