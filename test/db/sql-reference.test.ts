import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { REFERENCE, reference } from "../../src/reference/reference.ts";

test("the SQL reference is what the database says (npm run reference)", async () => {
  expect(readFileSync(REFERENCE, "utf8")).toBe(await reference());
});
