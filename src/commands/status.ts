import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { withClient } from "../database.ts";
import { DatabaseError, EXIT, UsageError } from "../exit.ts";
import { askStatus } from "../health/ask-findings.ts";
import { isTrouble } from "../health/finding.ts";
import { prometheusText } from "../health/prometheus.ts";
import { ownerStatusOf } from "../health/standing.ts";
import { assertKnown } from "../inspect/declared.ts";
import type { StatusOutput } from "../output/status.ts";
import { data, say } from "./console.ts";
import { findingLines } from "./finding-lines.ts";
import { statusLines } from "./status-lines.ts";

/** What `status` is called with. */
export interface StatusCommandOptions {
  readonly database: string | undefined;
  readonly owner?: string;
  readonly watch?: true;
  /** Seconds, of `watch`. */
  readonly every?: number;
  readonly json?: true;
  readonly prometheus?: true;
}

/** Seconds. */
const EVERY = 2;

/** `status`: how each owner stands. Exit code 1 when something needs a person. */
export async function statusCommand(options: StatusCommandOptions): Promise<number> {
  if (options.watch && options.prometheus) {
    throw new UsageError(
      "--prometheus gives one reading, and --watch many\n  Have Prometheus come again: leave out --watch.",
    );
  }
  if (options.every !== undefined && !options.watch) {
    throw new UsageError(
      "--every says how often to look again, and without --watch nobody does\n  Add --watch, or leave out --every.",
    );
  }
  try {
    return await withClient(options.database, async (client) =>
      options.watch ? watch(client, options) : showOnce(await ask(client, options), options),
    );
  } catch (error) {
    if (options.prometheus && error instanceof DatabaseError) data(prometheusText(undefined));
    throw error;
  }
}

async function ask(client: pg.ClientBase, { owner }: StatusCommandOptions): Promise<StatusOutput> {
  const { owners, findings } = await askStatus(client);
  const names = owners.map((each) => each.owner);
  if (owner === undefined) return { owners: owners.map(ownerStatusOf), findings };
  assertKnown("owner", owner, names);
  return {
    owners: owners.filter((each) => each.owner === owner).map(ownerStatusOf),
    findings: findings.filter(({ object }) => object === owner || !names.includes(object)),
  };
}

function showOnce(output: StatusOutput, options: StatusCommandOptions): number {
  if (options.json) data(JSON.stringify(output, null, options.watch ? undefined : 2));
  else if (options.prometheus) data(prometheusText(output.owners));
  else for (const line of statusLines(output, process.stdout.columns)) data(line);
  if (!options.json) {
    for (const line of findingLines(output.findings, process.stderr.columns)) say(line);
  }
  return output.findings.some(isTrouble) ? EXIT.found : EXIT.fine;
}

/** A terminal's screen is painted anew; anything else gets one text after the other. Ctrl-C ends it. */
async function watch(client: pg.ClientBase, options: StatusCommandOptions): Promise<number> {
  const end = new AbortController();
  const stop = () => end.abort();
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  let code: number = EXIT.fine;
  try {
    while (!end.signal.aborted) {
      const output = await ask(client, options);
      if (process.stdout.isTTY) process.stdout.write("\u001b[H\u001b[2J");
      code = showOnce(output, options);
      await sleep((options.every ?? EVERY) * 1000, undefined, { signal: end.signal }).catch(
        () => undefined,
      );
    }
    return code;
  } finally {
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  }
}
