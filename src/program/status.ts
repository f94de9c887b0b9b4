import { type Command, Option } from "commander";
import { type Done, wholeNumber, withDatabase, withExamples } from "./options.ts";

export function addStatus(program: Command, done: Done): void {
  const command = program
    .command("status")
    .description("show how each owner stands: what lives, is due, waits, and what needs a person");
  withDatabase(command)
    .option("--owner <name>", "one owner (default: all)")
    .option("--watch", "show it again and again, until Ctrl-C")
    .option("--every <seconds>", "how often --watch does (default: 2)", wholeNumber)
    .addOption(
      new Option("--json", "as JSON; with --watch a line each time").conflicts("prometheus"),
    )
    .option("--prometheus", "as metrics for Prometheus")
    .action(async (options) => {
      const { statusCommand } = await import("../commands/status.ts");
      done(await statusCommand(options));
    });
  withExamples(command, {
    "how does it stand?": "lastwill status",
    "look on": "lastwill status --watch",
    "for node_exporter": "lastwill status --prometheus > lastwill.prom",
  });
}
