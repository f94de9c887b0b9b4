import type { Command } from "commander";
import { type Done, withDatabase, withExamples } from "./options.ts";

export function addInspect(program: Command, done: Done): void {
  const command = program.command("inspect").description("show what one owner row owns, as a tree");
  withDatabase(command)
    .argument("<owner>", "the owner's name in the manifest, such as session")
    .argument("<key>", "the key of its row, such as a session id")
    .option("--json", "as JSON")
    .option("--show-keys", "show the owner's key in full (a session key is a secret)")
    .action(async (owner: string, key: string, options) => {
      const { inspectCommand } = await import("../commands/inspect.ts");
      done(await inspectCommand(owner, key, options));
    });
  withExamples(command, {
    "what does this session own?": "lastwill inspect session 2f6Yk8…",
  });
}
