import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { edgeKeys } from "../../../src/manifest/edge-grammar.ts";
import { ownerKeys } from "../../../src/manifest/grammar.ts";
import { jsonSchemaText } from "../../../src/manifest/json-schema.ts";

const file = new URL("../../../schema/ownership.schema.json", import.meta.url);

it("schema/ownership.schema.json is what the grammar says (npm run schema)", () => {
  expect(readFileSync(file, "utf8")).toBe(jsonSchemaText());
});

it("every key of owners and edges is described", () => {
  const { $defs } = JSON.parse(jsonSchemaText());
  for (const [name, keys] of [
    ["owner", ownerKeys],
    ["edge", edgeKeys],
  ] as const) {
    expect(Object.keys($defs[name].properties).sort()).toEqual([...keys].sort());
    for (const key of keys) expect($defs[name].properties[key]).toHaveProperty("description");
  }
});
