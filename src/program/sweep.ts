import { type Command, InvalidArgumentError } from "commander";
import { MAX_WORKERS } from "../manifest/schedule.ts";
import { type Done, wholeNumber, withDatabase, withExamples } from "./options.ts";

export function addSweep(program: Command, done: Done): void {
  const command = program
    .command("sweep")
    .description("end what is due, as pg_cron does: for any other scheduler");
  withDatabase(command)
    .option("--owner <name>", "only this owner")
    .option(
      "--workers <n>",
      "how many share a backlog, 16 at most (default: as the manifest says)",
      workerCount,
    )
    .option("--limit <rows>", "end no more rows than these, by one worker", wholeNumber)
    .option(
      "--accept",
      "go on where the sweep holds, this run and later ones; with --limit only this one",
    )
    .option("--json", "a line of JSON for each batch and each run")
    .action(async (options) => {
      const { sweepCommand } = await import("../commands/sweep.ts");
      done(await sweepCommand(options));
    });
  withExamples(command, {
    "from any scheduler, each minute": "lastwill sweep -d postgres://localhost/app",
    "the sweep holds, and you have looked: go on": "lastwill sweep --owner session --accept",
    "a backlog, shared by four": "lastwill sweep --workers 4",
  });
}

function workerCount(text: string): number {
  const workers = wholeNumber(text);
  if (workers <= MAX_WORKERS) return workers;
  throw new InvalidArgumentError(`It is ${MAX_WORKERS} at most.`);
}
