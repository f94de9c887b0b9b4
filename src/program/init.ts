import type { Command } from "commander";
import { type Done, withDatabase, withManifest } from "./options.ts";

export function addInit(program: Command, done: Done): void {
  withDatabase(withManifest(program.command("init")))
    .description("look at a database, and write a commented manifest of what sessions own in it")
    .option("--stdout", "print the manifest, and write no file")
    .action(async (options) => {
      const { initCommand } = await import("../commands/init.ts");
      done(await initCommand(options));
    });
}
