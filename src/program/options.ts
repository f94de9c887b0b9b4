import { type Command, InvalidArgumentError, Option } from "commander";
import { FROM_VARIABLES, variablesName } from "../connection/url.ts";
import { UsageError } from "../exit.ts";

/** A command's end: how its exit code gets to the process. */
export type Done = (code: number) => void;

/** Read from the environment, not given as a default: help would show it, password and all. */
export function withDatabase(command: Command): Command {
  return command
    .addOption(new Option("-d, --database <url>", "the database").env("DATABASE_URL"))
    .hook("preAction", (_, called) => {
      if (called.getOptionValue("database") || !variablesName()) return;
      called.setOptionValueWithSource("database", FROM_VARIABLES, "env");
    });
}

export function withManifest(command: Command): Command {
  return command.option("-m, --manifest <file>", "the ownership manifest", "ownership.yaml");
}

export function withFolder(command: Command): Command {
  return command.option("-o, --out <folder>", "the migrations folder", "migrations");
}

export function withSchema(command: Command): Command {
  return command.option(
    "--schema <file>",
    "a dump (pg_dump -s) to read instead of a database; - for stdin",
  );
}

/** The options, with one source of the schema: DATABASE_URL may be set, and another be named. */
export function databaseOrSchema<Options extends { schema?: string }>(command: Command): Options {
  const options = command.opts<Options>();
  if (options.schema === undefined) return options;
  if (command.getOptionValueSource("database") === "cli") {
    throw new UsageError(
      "the schema can be read from a dump or from a database\n  Give --schema or --database, not both.",
    );
  }
  return { ...options, database: undefined };
}

/** 1 to 999,999,999. */
export function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It is a whole number, 1 or more.");
}

/** Examples below a command's help: what a line does, and the line. */
export function withExamples(
  command: Command,
  examples: Readonly<Record<string, string>>,
): Command {
  const lines = Object.entries(examples).map(([does, line]) => `  # ${does}\n  ${line}`);
  return command.addHelpText("after", `\nExamples:\n${lines.join("\n")}`);
}
