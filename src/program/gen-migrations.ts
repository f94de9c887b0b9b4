import { type Command, Option } from "commander";
import { FORMAT_NAMES } from "../format/formats.ts";
import {
  type Done,
  databaseOrSchema,
  withDatabase,
  withExamples,
  withFolder,
  withManifest,
  withSchema,
} from "./options.ts";

export function addGenMigrations(program: Command, done: Done): void {
  const command = program
    .command("gen-migrations")
    .description("write the migrations that take the database to what the manifest says");
  withSchema(withDatabase(withFolder(withManifest(command))))
    .addOption(
      new Option(
        "--format <tool>",
        "the migration tool to write for (default: as the last time; at first node-pg-migrate)",
      ).choices(FORMAT_NAMES),
    )
    .option("--check", "write nothing; exit with 1 if a migration is missing")
    .option("--stdout", "write the migrations to stdout, and no file")
    .action(async (_, options: Command) => {
      const { genMigrations } = await import("../commands/gen-migrations.ts");
      done(await genMigrations(databaseOrSchema(options)));
    });
  withExamples(command, {
    "what ownership.yaml asks for, into migrations/":
      "lastwill gen-migrations -d postgres://localhost/app",
    "in CI, without a server: is a migration missing?":
      "lastwill gen-migrations --schema schema.sql --check",
    "for another tool, into its folder":
      "lastwill gen-migrations --format prisma -o prisma/migrations",
  });
}
