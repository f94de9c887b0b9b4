import { describe, expect, it } from "vitest";
import { parseTableName } from "../../src/table-name.ts";

describe("parseTableName", () => {
  it.each([
    ["carts", undefined, "carts"],
    ["Carts", undefined, "Carts"],
    ["app.carts", "app", "carts"],
    ['"app".carts', "app", "carts"],
    ['app."odd.name"', "app", "odd.name"],
    ['"odd.schema"."say ""hi"""', "odd.schema", 'say "hi"'],
    ['"a.b"', undefined, "a.b"],
    ["my table", undefined, "my table"],
    ["-- Down Migration", undefined, "-- Down Migration"],
  ])("reads %s", (written, schema, name) => {
    expect(parseTableName(written)).toEqual({ schema, name });
  });
});
