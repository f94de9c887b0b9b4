import type { Command } from "commander";
import {
  type Done,
  databaseOrSchema,
  withDatabase,
  withExamples,
  withManifest,
  withSchema,
} from "./options.ts";

export function addCheck(program: Command, done: Done): void {
  const command = program
    .command("check")
    .description("hold the manifest against the database: names, types, time zones");
  withSchema(withDatabase(withManifest(command))).action(async (_, options: Command) => {
    const { checkCommand } = await import("../commands/check.ts");
    done(await checkCommand(databaseOrSchema(options)));
  });
  withExamples(command, {
    "does ownership.yaml fit the database?": "lastwill check -d postgres://localhost/app",
  });
}
