import { type Command, Option } from "commander";
import { FORMAT_NAMES } from "../format/formats.ts";
import {
  type Done,
  databaseOrSchema,
  withDatabase,
  withFolder,
  withManifest,
  withSchema,
} from "./options.ts";

export function addGenMigrations(program: Command, done: Done): void {
  withSchema(withDatabase(withFolder(withManifest(program.command("gen-migrations")))))
    .description("write the migrations that take the database to what the manifest says")
    .addOption(
      new Option(
        "--format <tool>",
        "the migration tool to write for (default: as the last time; at first node-pg-migrate)",
      ).choices(FORMAT_NAMES),
    )
    .option("--check", "write nothing; exit with 1 if a migration is missing")
    .option("--stdout", "write the migrations to stdout, and no file")
    .action(async (_, command: Command) => {
      const { genMigrations } = await import("../commands/gen-migrations.ts");
      done(await genMigrations(databaseOrSchema(command)));
    });
}
