import * as z from "zod";
import { manifestGrammar } from "./grammar.ts";

/**
 * The JSON Schema of the manifest, for editors, as text. Keys are sorted, so that the same grammar
 * gives the same bytes.
 */
export function jsonSchemaText(): string {
  const schema = {
    ...z.toJSONSchema(manifestGrammar, { io: "input", target: "draft-2020-12" }),
    $id: "https://unpkg.com/pg-lastwill/schema/ownership.schema.json",
    title: "pg-lastwill's ownership manifest",
    description: "Which rows end with which session, and how.",
  };
  return `${JSON.stringify(schema, sorted, 2)}\n`;
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
