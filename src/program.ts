import { readFileSync } from "node:fs";
import process from "node:process";
import { Command, CommanderError } from "commander";
import colors from "picocolors";
import { say } from "./commands/console.ts";
import { DatabaseError, EXIT, UsageError } from "./exit.ts";
import { InputError } from "./faults.ts";
import { addCheck } from "./program/check.ts";
import { addCompletion } from "./program/completion.ts";
import { addDemo } from "./program/demo.ts";
import { addGenMigrations } from "./program/gen-migrations.ts";
import { addGraph } from "./program/graph.ts";
import { addInit } from "./program/init.ts";
import { addInspect } from "./program/inspect.ts";
import { addMigrate } from "./program/migrate.ts";
import type { Done } from "./program/options.ts";
import { addOrphans } from "./program/orphans.ts";
import { addPreview } from "./program/preview.ts";
import { addReport } from "./program/report.ts";
import { addStatus } from "./program/status.ts";
import { addSweep } from "./program/sweep.ts";
import { addWhy } from "./program/why.ts";

/** The commands, in the order in which help lists them: names, flags and words are in src/program/, the work in src/commands/. */
const COMMANDS: readonly ((program: Command, done: Done) => void)[] = [
  addInit,
  addGenMigrations,
  addMigrate,
  addCheck,
  addStatus,
  addPreview,
  addSweep,
  addInspect,
  addWhy,
  addOrphans,
  addGraph,
  addReport,
  addDemo,
  addCompletion,
];

/** The command line: from arguments to an exit code. */
export async function runCli(args: readonly string[]): Promise<number> {
  // What is outdated in a dependency's ways (pg reads ~/.pgpass) is ours to heed, and not the user's.
  process.noDeprecation = true;
  // `| head` has seen enough.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    process.exit(error.code === "EPIPE" ? EXIT.fine : EXIT.bug);
  });
  let code: number = EXIT.fine;
  const program = buildProgram((result) => {
    code = result;
  });
  try {
    await program.parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    return exitCode(error);
  }
}

/** All commands of `lastwill`; `done` is told the exit code of the one that ran. */
export function buildProgram(done: Done): Command {
  const program = new Command("lastwill")
    .description(
      "Temporary rows end with the session that made them, inside PostgreSQL.\nBegin with: lastwill demo",
    )
    .version(version())
    .exitOverride()
    .showSuggestionAfterError();
  for (const add of COMMANDS) add(program, done);
  sayUsage(program, "lastwill");
  return program;
}

/** A call that is wrong is told by the command's name, with how to call it. */
function sayUsage(command: Command, name: string): void {
  command
    .configureOutput({
      outputError: (text, write) => write(text.replace(/^error:/, `${name}:`)),
    })
    .showHelpAfterError(`  Usage: ${name} ${command.usage()}\n  More: ${name} --help`);
  for (const below of command.commands) sayUsage(below, `${name} ${below.name()}`);
}

function version(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return JSON.parse(text).version as string;
}

/** One clear error for the user's faults and the database's; a stack trace only for ours. */
function exitCode(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.input;
  if (error instanceof InputError || error instanceof UsageError) return failed(error, EXIT.input);
  if (error instanceof DatabaseError) return failed(error, EXIT.database);
  process.stderr.write(`${colors.red("lastwill: a bug of ours, please report it")}\n`);
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return EXIT.bug;
}

function failed(error: Error, code: number): number {
  const text = error instanceof InputError ? error.message : `lastwill: ${error.message}`;
  say(text);
  return code;
}
