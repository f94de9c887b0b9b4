// Writes schema/ownership.schema.json, which ships with the package; run from dist/manifest/.
import { mkdirSync, writeFileSync } from "node:fs";
import { jsonSchemaText } from "./json-schema.ts";

const file = new URL("../../schema/ownership.schema.json", import.meta.url);
mkdirSync(new URL(".", file), { recursive: true });
writeFileSync(file, jsonSchemaText());
