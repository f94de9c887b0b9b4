import type { Command } from "commander";
import { type Done, withDatabase, withExamples, withManifest } from "./options.ts";

export function addReport(program: Command, done: Done): void {
  const command = program
    .command("report")
    .description("write a page for people: how things stand, and what needs somebody");
  withDatabase(withManifest(command))
    .option("--out <file>", "where the page goes; a file that is there is replaced")
    .option("--json", "what the page says, as JSON, to stdout")
    .option("--show-keys", "show owners' keys in full (a session key is a secret)")
    .action(async (options) => {
      const { reportCommand } = await import("../commands/report.ts");
      done(await reportCommand(options));
    });
  withExamples(command, {
    "a page": "lastwill report --out report.html",
    "its figures": "lastwill report --json",
  });
}
