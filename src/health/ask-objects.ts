import type pg from "pg";
import type { DbObject } from "../objects/object.ts";
import { render } from "../sql/template.ts";
import { askStandsOn, askThings } from "./ask-things.ts";
import { askWanted } from "./ask-wanted.ts";
import { isForbidden } from "./attempt.ts";
import type { Compared } from "./compare.ts";
import { makes } from "./makes.ts";
import { printedId } from "./printed-id.ts";
import { stampedThings } from "./stamped.ts";
import type { Thing } from "./thing.ts";

/** What is declared and what there is, and how far the two could be compared. */
export interface Objects extends Compared {
  /** By all that PostgreSQL knows of them; or, where nothing can be made here, by stamps and routines' bodies. */
  readonly by: "definitions" | "stamps";
}

/**
 * Asks what there is of a lock's objects, and, in a transaction that is always rolled back, what there would be had they
 * just been made.
 */
export async function askObjects(
  client: pg.ClientBase,
  objects: readonly DbObject[],
): Promise<Objects> {
  await client.query("begin");
  try {
    await client.query("set local statement_timeout = '1min'");
    // Two at once would rename one schema. They wait for each other, and nobody else for them.
    await client.query("select pg_advisory_xact_lock(hashtext('lastwill.check'))");
    await client.query("set local lock_timeout = '2s'");
    const found = [...(await askThings(client)), ...(await askArchives(client, objects))];
    const standsOn = await askStandsOn(client);
    const made = await askWanted(client, objects, found);
    if (made.refusals.every((refusal) => !isForbidden(refusal))) {
      return { ...made, found, standsOn, by: "definitions" };
    }
    const wanted = stampedThings(objects);
    const ids = new Set(wanted.map(({ id }) => id));
    const known = found.filter(
      ({ id, parent }) =>
        ids.has(id) || (parent === null && !objects.some((object) => makes(object, id))),
    );
    return { wanted, found: known, failed: new Map(), standsOn, by: "stamps" };
  } finally {
    await client.query("rollback").catch(() => undefined);
  }
}

/** An archive may be given columns, by us and by others: that it is there is all that is asked. */
async function askArchives(client: pg.ClientBase, objects: readonly DbObject[]): Promise<Thing[]> {
  const named = objects.flatMap(
    ({ id }) => /^archive ((?!column ).*)$/s.exec(printedId(id))?.[1] ?? [],
  );
  const { rows } = await client.query<{ name: string }>(render("health/archives.sql"), [named]);
  return rows.map(({ name }) => unworded(`archive ${name}`));
}

function unworded(id: string): Thing {
  return {
    id,
    parent: null,
    stamp: null,
    definition: null,
    enabled: "O",
    valid: true,
    rights: [],
    columns: null,
  };
}
