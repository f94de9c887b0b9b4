import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import type { TestProject } from "vitest/node";
import { builtFolder } from "./built-folder.ts";
import "./provided.ts";
import { wantsEmbedded } from "./server/choice.ts";
import { say } from "./server/machine.ts";
import { startTestServer, type TestServer } from "./server/start.ts";

/** Starts the one server of the run, tells the tests about it, and gives vitest the way to end it all. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const runId = randomBytes(4).toString("hex");
  const server = await startTestServer(runId);
  say(server.description);
  if (server.cronUrl === null && !wantsEmbedded()) await withoutCron(server);

  project.provide("databaseUrl", server.url);
  project.provide("cron", server.cronUrl !== null);
  project.provide("cronUrl", server.cronUrl);
  project.provide("plpgsqlCheck", server.plpgsqlCheck);
  project.provide("serverVersion", server.version);
  project.provide("psql", server.clients.psql);
  project.provide("pgDump", server.clients.pgDump);
  project.provide("runId", runId);
  return async () => {
    rmSync(builtFolder(runId), { recursive: true, force: true });
    await server.stop();
  };
}

/** A developer may go on without pg_cron, but is told; CI may not, or its green would mean nothing. */
async function withoutCron(server: TestServer): Promise<void> {
  const remedy =
    "Debian, Ubuntu: apt-get install postgresql-15-cron (or another number; as root the tests install it themselves). " +
    "Or set DATABASE_URL_TEST to the empty database that cron.database_name names on a test server";
  if (process.env["CI"] && process.env["CI"] !== "false") {
    await server.stop();
    throw new Error(`the pg_cron tests would be skipped, and in CI they must run. ${remedy}`);
  }
  say("************************************************************************");
  say("THE pg_cron TESTS ARE SKIPPED: this PostgreSQL has no pg_cron.");
  say(remedy);
  say("************************************************************************");
}
