import type { Command } from "commander";
import { type Done, withDatabase, withExamples } from "./options.ts";

export function addPreview(program: Command, done: Done): void {
  const command = program
    .command("preview")
    .description(
      "show what the next sweep would do, and what stands in its way; it changes nothing",
    );
  withDatabase(command)
    .argument("[owner]", "only this owner, by its name in the manifest")
    .option(
      "--key <key>",
      "what the end of this one row of the owner would do, such as a session id",
    )
    .option("--json", "as JSON")
    .option("--show-keys", "show owners' keys in full (a session key is a secret)")
    .action(async (owner: string | undefined, options) => {
      const { previewCommand } = await import("../commands/preview.ts");
      done(await previewCommand(owner, options));
    });
  withExamples(command, {
    "what would the next sweep do?": "lastwill preview",
    "and a logout of this session?": "lastwill preview session --key 2f6Yk8…",
  });
}
