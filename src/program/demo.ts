import type { Command } from "commander";
import { type Done, withExamples } from "./options.ts";

export function addDemo(program: Command, done: Done): void {
  const command = program
    .command("demo")
    .description("see the whole story in under a minute, on an embedded PostgreSQL")
    .option("-d, --database-url <url>", "on this server instead, in a schema of its own")
    .action(async (options) => {
      const { demoCommand } = await import("../commands/demo.ts");
      done(await demoCommand(options));
    });
  withExamples(command, {
    "embedded, nothing to install": "lastwill demo",
    "on your server, with pg_cron's own tick": "lastwill demo -d postgres://localhost/scratch",
  });
}
