import { type Command, Option } from "commander";
import { type Done, withManifest } from "./options.ts";

export function addGraph(program: Command, done: Done): void {
  withManifest(program.command("graph"))
    .description("draw who owns what, from the manifest alone")
    .addOption(
      new Option("--format <form>", "what to draw it as")
        .choices(["mermaid", "dot", "svg"])
        .default("mermaid")
        .conflicts("json"),
    )
    .option("--json", "as JSON: the manifest, with presets filled in")
    .action(async (options) => {
      const { graphCommand } = await import("../commands/graph.ts");
      done(await graphCommand(options));
    });
}
