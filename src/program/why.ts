import type { Command } from "commander";
import { type Done, withDatabase, withExamples } from "./options.ts";

export function addWhy(program: Command, done: Done): void {
  const command = program
    .command("why")
    .description("say who owns a row, or why it is still there");
  withDatabase(command)
    .argument("<table>", "the row's table, as you would write it in psql")
    .argument("<key>", "the row's key; of several columns as lastwill.owned has it: (7,2)")
    .option("--json", "as JSON")
    .option("--show-keys", "show the keys of owners in full (a session key is a secret)")
    .action(async (table: string, key: string, options) => {
      const { whyCommand } = await import("../commands/why.ts");
      done(await whyCommand(table, key, options));
    });
  withExamples(command, {
    "why is draft 7 still there?": "lastwill why drafts 7",
    "in another schema": "lastwill why app.drafts 7",
  });
}
