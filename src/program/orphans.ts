import { type Command, InvalidArgumentError } from "commander";
import { parseInterval } from "../manifest/interval.ts";
import { isProblem } from "../manifest/problem.ts";
import { type Done, withDatabase, withExamples } from "./options.ts";

export function addOrphans(program: Command, done: Done): void {
  const command = program
    .command("orphans")
    .description("show rows that lingered, and hand them to the sweep");
  withDatabase(command)
    .argument("[edge]", "one edge, such as session.drafts (default: all)")
    .option("--release", "hand them to the sweep")
    .option(
      "--grace <interval>",
      "how long the sweep waits, for rows that are just being made (default: 10 minutes)",
      seconds,
    )
    .option("--accept", "with --release: although no owner names any row by an edge")
    .option("--json", "as JSON")
    .action(async (edge: string | undefined, options) => {
      const { orphansCommand } = await import("../commands/orphans.ts");
      done(await orphansCommand(edge, options));
    });
  withExamples(command, {
    "what has nobody?": "lastwill orphans",
    "end it after ten minutes, unless somebody names it": "lastwill orphans --release",
    "the drafts, after a day": "lastwill orphans session.drafts --release --grace 1day",
  });
}

function seconds(text: string): number {
  const read = parseInterval(text);
  if (!isProblem(read)) return read;
  throw new InvalidArgumentError(`${read.what}. ${read.fix}`);
}
