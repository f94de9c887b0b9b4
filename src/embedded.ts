import type { Extensions } from "@electric-sql/pglite";
import type pg from "pg";
import { type Notice, readNotice } from "./database.ts";
import { UsageError } from "./exit.ts";

/**
 * Runs `work` on a PostgreSQL in this very process (PGlite), empty at first and gone afterwards. Throws
 * UsageError when it was left out at installation: it is an optional dependency.
 *
 * @param extensions those that it is to have ready for `create extension`, as far as PGlite ships them
 */
export async function withEmbedded<T>(
  work: (client: pg.ClientBase) => Promise<T>,
  onNotice: (notice: Notice) => void = () => undefined,
  extensions: readonly string[] = [],
): Promise<T> {
  const { PGlite, createPgConfig } = await loadPglite();
  const { default: postgres } = await import("pg");
  const server = new PGlite({ extensions: await loadExtensions(extensions) });
  const pool = new postgres.Pool({ ...createPgConfig(server), idleTimeoutMillis: 0 });
  try {
    const client = await pool.connect();
    client.on("notice", (notice) => onNotice(readNotice(notice)));
    try {
      return await work(client);
    } finally {
      client.release();
    }
  } finally {
    await pool.end();
    await server.close();
  }
}

async function loadExtensions(names: readonly string[]): Promise<Extensions> {
  const modules = names.map(async (name): Promise<Extensions> => {
    const file = name.replaceAll("-", "_");
    return /^\w+$/.test(file)
      ? import(`@electric-sql/pglite/contrib/${file}`).catch(() => ({}))
      : {};
  });
  return Object.assign({}, ...(await Promise.all(modules)));
}

async function loadPglite() {
  try {
    const { PGlite } = await import("@electric-sql/pglite");
    const { createPgConfig } = await import("@electric-sql/pglite/node-postgres");
    return { PGlite, createPgConfig };
  } catch {
    throw new UsageError(
      "the embedded PostgreSQL is not installed\n" +
        "  Run: npm install @electric-sql/pglite, or name a server's database instead.",
    );
  }
}
