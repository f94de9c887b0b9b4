import { type Command, InvalidArgumentError } from "commander";
import { MIGRATIONS_TABLE } from "../migrate.ts";
import { type Done, withDatabase, withExamples, withFolder } from "./options.ts";

export function addMigrate(program: Command, done: Done): void {
  const migrate = program
    .command("migrate")
    .description("run the migrations (with node-pg-migrate)");
  withExamples(migrate, {
    "what has not run yet": "lastwill migrate up",
    "one file, to look at what it did": "lastwill migrate up 1",
    "all of pg-lastwill's, and none of yours": "lastwill migrate down all",
  });
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
        const { migrateCommand } = await import("../commands/migrate.ts");
        done(await migrateCommand(direction, limit, options));
      });
  }
  subcommand("status")
    .description("show what has run and what has not; exit with 1 if something is pending")
    .option("--json", "as JSON")
    .action(async (options) => {
      const { migrateStatus } = await import("../commands/migrate.ts");
      done(await migrateStatus(options));
    });
}

function count(text: string): number | "all" {
  if (text === "all") return text;
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a whole number, 1 or more, or "all".');
}
