import type { Command } from "commander";
import { type Done, databaseOrSchema, withDatabase, withManifest, withSchema } from "./options.ts";

export function addCheck(program: Command, done: Done): void {
  withSchema(withDatabase(withManifest(program.command("check"))))
    .description("hold the manifest against the database: names, types, time zones")
    .action(async (_, command: Command) => {
      const { checkCommand } = await import("../commands/check.ts");
      done(await checkCommand(databaseOrSchema(command)));
    });
}
