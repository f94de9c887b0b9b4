import type { Command } from "commander";
import { type Done, withDatabase, withExamples, withManifest } from "./options.ts";

export function addInit(program: Command, done: Done): void {
  const command = program
    .command("init")
    .description("look at a database, and write a commented manifest of what sessions own in it");
  withDatabase(withManifest(command))
    .option("--stdout", "print the manifest, and write no file")
    .action(async (options) => {
      const { initCommand } = await import("../commands/init.ts");
      done(await initCommand(options));
    });
  withExamples(command, {
    "write ownership.yaml": "lastwill init -d postgres://localhost/app",
    "only look": "lastwill init --stdout",
  });
}
