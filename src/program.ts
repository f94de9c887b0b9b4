import { readFileSync } from "node:fs";
import process from "node:process";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import colors from "picocolors";
import { DatabaseError, EXIT, UsageError } from "./exit.ts";
import { InputError } from "./faults.ts";
import { FORMAT_NAMES } from "./format/formats.ts";
import { MAX_WORKERS } from "./manifest/schedule.ts";
import { MIGRATIONS_TABLE } from "./migrate.ts";

/** The command line: names, flags and exit codes, and nothing else. Each command is a module of its own. */
export async function runCli(args: readonly string[]): Promise<number> {
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

function buildProgram(done: (code: number) => void): Command {
  const program = new Command("lastwill")
    .description(
      "Temporary rows end with the session that made them, inside PostgreSQL.\nBegin with: lastwill demo",
    )
    .version(version())
    .exitOverride()
    .showSuggestionAfterError();
  addGenMigrations(program, done);
  addMigrate(program, done);
  withSchema(withDatabase(program.command("check")))
    .description("hold the manifest against the database: names, types, time zones")
    .option("-m, --manifest <file>", "the ownership manifest", "ownership.yaml")
    .action(async (_, command: Command) => {
      const { checkCommand } = await import("./commands/check.ts");
      done(await checkCommand(databaseOrSchema(command)));
    });
  withDatabase(program.command("sweep"))
    .description("end what is due, as pg_cron does: for any other scheduler")
    .option("--owner <name>", "only this owner")
    .option(
      "--workers <n>",
      "how many share a backlog, 16 at most (default: as the manifest says)",
      workerCount,
    )
    .option("--limit <rows>", "end no more rows than these, by one worker", wholeNumber)
    .option(
      "--accept",
      "go on where the sweep holds, this run and later ones; with --limit only this one",
    )
    .option("--json", "a line of JSON for each batch and each run")
    .action(async (options) => {
      const { sweepCommand } = await import("./commands/sweep.ts");
      done(await sweepCommand(options));
    });
  withDatabase(program.command("inspect"))
    .description("show what one owner row owns, as a tree")
    .argument("<owner>", "the owner's name in the manifest, such as session")
    .argument("<key>", "the key of its row, such as a session id")
    .option("--json", "as JSON")
    .option("--show-keys", "show the owner's key in full (a session key is a secret)")
    .action(async (owner: string, key: string, options) => {
      const { inspectCommand } = await import("./commands/inspect.ts");
      done(await inspectCommand(owner, key, options));
    });
  addDemo(program, done);
  return program;
}

function addGenMigrations(program: Command, done: (code: number) => void): void {
  withSchema(withDatabase(withFolder(program.command("gen-migrations"))))
    .description("write the migrations that take the database to what the manifest says")
    .option("-m, --manifest <file>", "the ownership manifest", "ownership.yaml")
    .addOption(
      new Option(
        "--format <tool>",
        "the migration tool to write for (default: as the last time; at first node-pg-migrate)",
      ).choices(FORMAT_NAMES),
    )
    .option("--check", "write nothing; exit with 1 if a migration is missing")
    .option("--stdout", "write the migrations to stdout, and no file")
    .action(async (_, command: Command) => {
      const { genMigrations } = await import("./commands/gen-migrations.ts");
      done(await genMigrations(databaseOrSchema(command)));
    });
}

function addMigrate(program: Command, done: (code: number) => void): void {
  const migrate = program
    .command("migrate")
    .description("run the migrations (with node-pg-migrate)");
  const subcommand = (name: string) =>
    withDatabase(withFolder(migrate.command(name))).option(
      "--migrations-table <name>",
      `where the names of those that ran are kept (default: ${MIGRATIONS_TABLE})`,
    );
  for (const direction of ["up", "down"] as const) {
    const all = direction === "up";
    subcommand(direction)
      .description(all ? "run what has not run yet" : "take back the last migration")
      .argument(
        "[count]",
        all
          ? "how many at most"
          : 'how many; "all" takes back all of pg-lastwill\'s, and none of yours',
        count,
        all ? "all" : 1,
      )
      .action(async (limit: number | "all", options) => {
        const { migrateCommand } = await import("./commands/migrate.ts");
        done(await migrateCommand(direction, limit, options));
      });
  }
  subcommand("status")
    .description("show what has run and what has not; exit with 1 if something is pending")
    .option("--json", "as JSON")
    .action(async (options) => {
      const { migrateStatus } = await import("./commands/migrate.ts");
      done(await migrateStatus(options));
    });
}

function addDemo(program: Command, done: (code: number) => void): void {
  program
    .command("demo")
    .description("see the whole story in under a minute, on an embedded PostgreSQL")
    .option("-d, --database-url <url>", "on this server instead, in a schema of its own")
    .action(async (options) => {
      const { demoCommand } = await import("./commands/demo.ts");
      done(await demoCommand(options));
    });
}

/** Read from the environment, not given as a default: help would show it, password and all. */
function withDatabase(command: Command): Command {
  return command.addOption(new Option("-d, --database <url>", "the database").env("DATABASE_URL"));
}

function withSchema(command: Command): Command {
  return command.option(
    "--schema <file>",
    "a dump (pg_dump -s) to read instead of a database; - for stdin",
  );
}

/** The options, with one source of the schema: DATABASE_URL may be set, and another be named. */
function databaseOrSchema<Options extends { schema?: string }>(command: Command): Options {
  const options = command.opts<Options>();
  if (options.schema === undefined) return options;
  if (command.getOptionValueSource("database") === "cli") {
    throw new UsageError(
      "the schema can be read from a dump or from a database\n  Give --schema or --database, not both.",
    );
  }
  return { ...options, database: undefined };
}

function withFolder(command: Command): Command {
  return command.option("-o, --out <folder>", "the migrations folder", "migrations");
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It is a whole number, 1 or more.");
}

function workerCount(text: string): number {
  const workers = wholeNumber(text);
  if (workers <= MAX_WORKERS) return workers;
  throw new InvalidArgumentError(`It is ${MAX_WORKERS} at most.`);
}

function count(text: string): number | "all" {
  if (text === "all") return text;
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a whole number, 1 or more, or "all".');
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
  process.stderr.write(`${text}\n`);
  return code;
}
