import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { jsonSchemas } from "../../src/json-schemas.ts";
import { edgeKeys } from "../../src/manifest/edge-grammar.ts";
import { ownerKeys } from "../../src/manifest/grammar.ts";

const folder = new URL("../../schema/", import.meta.url);
const schemas = jsonSchemas();

it("schema/ is what the grammar and the forms of --json say (npm run schema)", () => {
  expect(readdirSync(folder).sort()).toEqual(Object.keys(schemas).sort());
  for (const [name, text] of Object.entries(schemas)) {
    expect(readFileSync(new URL(name, folder), "utf8")).toBe(text);
  }
});

it("every key of owners and edges is described", () => {
  const { $defs } = JSON.parse(schemas["ownership.schema.json"] ?? "");
  for (const [name, keys] of [
    ["owner", ownerKeys],
    ["edge", edgeKeys],
  ] as const) {
    expect(Object.keys($defs[name].properties).sort()).toEqual([...keys].sort());
    for (const key of keys) expect($defs[name].properties[key]).toHaveProperty("description");
  }
});

it.each(Object.keys(schemas).filter((name) => name.endsWith("-output.schema.json")))(
  "every key of %s is described, and there are no others",
  (name) => {
    const objects = objectsIn(JSON.parse(schemas[name] ?? ""));
    expect(objects.length).toBeGreaterThan(0);
    for (const object of objects) {
      expect(object["additionalProperties"]).toBe(false);
      for (const value of Object.values(object["properties"] ?? {})) {
        expect(value).toHaveProperty("description");
      }
    }
  },
);

interface ObjectSchema {
  readonly additionalProperties?: unknown;
  readonly properties?: object;
}

function objectsIn(schema: unknown): ObjectSchema[] {
  if (typeof schema !== "object" || schema === null) return [];
  const below = Object.values(schema).flatMap(objectsIn);
  return "properties" in schema && "type" in schema ? [schema as ObjectSchema, ...below] : below;
}
