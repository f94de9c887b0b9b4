import type { Command } from "commander";
import { type Done, withDatabase, withManifest } from "./options.ts";

export function addReport(program: Command, done: Done): void {
  withDatabase(withManifest(program.command("report")))
    .description("write a page for people: how owners stand, what was swept, what needs somebody")
    .option("--out <file>", "where the page goes; a file that is there is replaced")
    .option("--json", "what the page says, as JSON, to stdout")
    .option("--show-keys", "show owners' keys in full (a session key is a secret)")
    .action(async (options) => {
      const { reportCommand } = await import("../commands/report.ts");
      done(await reportCommand(options));
    });
}
