import * as z from "zod";
import { manifestGrammar } from "./manifest/grammar.ts";
import { checkOutput } from "./output/check.ts";
import { graphOutput } from "./output/graph.ts";
import { inspectOutput } from "./output/inspect.ts";
import { orphansOutput } from "./output/orphans.ts";
import { previewOutput } from "./output/preview.ts";
import { reportOutput } from "./output/report.ts";
import { statusOutput } from "./output/status.ts";
import { whyOutput } from "./output/why.ts";

/** What each command prints with `--json`. */
const OUTPUTS: Readonly<Record<string, z.ZodType>> = {
  check: checkOutput,
  graph: graphOutput,
  inspect: inspectOutput,
  orphans: orphansOutput,
  preview: previewOutput,
  report: reportOutput,
  status: statusOutput,
  why: whyOutput,
};

/**
 * The JSON Schemas that ship, by file name: the manifest's, for editors, and that of each command's
 * `--json`. Keys are sorted, so that the same grammar gives the same bytes.
 */
export function jsonSchemas(): Readonly<Record<string, string>> {
  const manifest = {
    ...z.toJSONSchema(manifestGrammar, { io: "input", target: "draft-2020-12" }),
    title: "pg-lastwill's ownership manifest",
    description: "Which rows end with which session, and how.",
  };
  return Object.fromEntries([
    schemaFile("ownership.schema.json", manifest),
    ...Object.entries(OUTPUTS).map(([command, form]) =>
      schemaFile(`${command}-output.schema.json`, {
        ...z.toJSONSchema(form, { target: "draft-2020-12" }),
        title: `What lastwill ${command} --json prints`,
      }),
    ),
  ]);
}

function schemaFile(name: string, schema: object): [name: string, text: string] {
  const identified = { ...schema, $id: `https://unpkg.com/pg-lastwill/schema/${name}` };
  return [name, `${JSON.stringify(identified, sorted, 2)}\n`];
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
