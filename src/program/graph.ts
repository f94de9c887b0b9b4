import { type Command, Option } from "commander";
import { type Done, withExamples, withManifest } from "./options.ts";

export function addGraph(program: Command, done: Done): void {
  const command = program
    .command("graph")
    .description("draw who owns what, from the manifest alone");
  withManifest(command)
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
  withExamples(command, {
    "for a block in a README": "lastwill graph",
    "a picture": "lastwill graph --format svg > ownership.svg",
  });
}
