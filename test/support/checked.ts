import { askFindings, type Watched } from "../../src/health/ask-findings.ts";
import { askObjects } from "../../src/health/ask-objects.ts";
import { compareThings } from "../../src/health/compare.ts";
import type { Finding } from "../../src/health/finding.ts";
import { mendSql } from "../../src/health/mend-sql.ts";
import type { DbObject } from "../../src/objects/object.ts";
import { readLock } from "../../src/plan/lock.ts";
import { tablesOf } from "../../src/resolve/resolve.ts";
import type { Sql } from "../../src/sql/quote.ts";
import type { Installed } from "./installed.ts";

const lockOf = ({ generation }: Installed) => readLock(generation.lock, "ownership.lock.json");

/** What `check` finds wrong with the lock's objects, and by what it compared them. */
export async function checkedObjects(
  db: Installed,
  role?: string,
  more: readonly DbObject[] = [],
): Promise<{ by: string; findings: Finding[]; mending: readonly Sql[] }> {
  return onConnection(db, async (client) => {
    if (role !== undefined) await client.query(`set role ${role}`);
    const locked = [...lockOf(db).objects, ...more];
    const objects = await askObjects(client, locked);
    const differences = compareThings(objects);
    const findings = differences.map(({ finding }) => finding);
    return { by: objects.by, findings, mending: mendSql(differences, objects, locked) };
  });
}

/** The same in short: `disabled trigger lastwill_session_deleted on public.session`. */
export async function foundWrong(db: Installed): Promise<string[]> {
  return (await checkedObjects(db)).findings.map(({ state, object }) => `${state} ${object}`);
}

/** Runs what `check --mend` prints, a statement at a time, as psql does. */
export async function mend(db: Installed): Promise<void> {
  const { mending } = await checkedObjects(db);
  for (const statement of mending) await db.query(statement);
}

/** What `check` finds beside the objects. */
export async function foundElsewhere(db: Installed): Promise<Finding[]> {
  return onConnection(db, (client) => askFindings(client, watchedIn(db)));
}

/** What of an installation `check` looks at beside the objects. */
export function watchedIn({ generation: { graph } }: Installed): Watched {
  return { ...graph, tables: graph.owners.flatMap(tablesOf) };
}

type Client = Awaited<ReturnType<Installed["connect"]>>;

async function onConnection<T>(db: Installed, ask: (client: Client) => Promise<T>): Promise<T> {
  const client = await db.connect();
  try {
    return await ask(client);
  } finally {
    await client.end();
  }
}
