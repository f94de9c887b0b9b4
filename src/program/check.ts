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
    .description(
      "compare what is declared with what is installed, and look at what keeps it from working",
    );
  withSchema(withDatabase(withManifest(command)))
    .option("--mend", "print the SQL that makes objects what the lock says")
    .option("--json", "as JSON")
    .action(async (_, options: Command) => {
      const { checkCommand } = await import("../commands/check.ts");
      done(await checkCommand(databaseOrSchema(options)));
    });
  withExamples(command, {
    "is all of it installed, and does it work?": "lastwill check -d postgres://localhost/app",
    "put back what somebody changed": "lastwill check --mend | psql postgres://localhost/app",
  });
}
