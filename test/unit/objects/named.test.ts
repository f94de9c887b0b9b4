import { describe, expect, it } from "vitest";
import type { DataEdge, KeyType, Pointer } from "../../../src/graph.ts";
import { parseDataPath } from "../../../src/manifest/data-path.ts";
import { edgeNames } from "../../../src/objects/edge-names.ts";
import { namedFunction } from "../../../src/objects/named.ts";

/** The SQL that reads the keys, from the function's whole definition. */
function bodyOf(pointer: Pointer, type: KeyType = "bigint"): string {
  const edge: DataEdge = {
    kind: "data",
    id: "session.drafts",
    name: "drafts",
    was: undefined,
    owner: "session",
    table: ["public", "drafts"],
    written: "drafts",
    depth: 1,
    parent: undefined,
    on: {
      table: ["public", "session"],
      written: "session",
      key: [{ column: "sid", type: "text" }],
    },
    display: ["id"],
    policy: { kind: "cascade" },
    keepWhen: undefined,
    claim: undefined,
    emit: [],
    guard: undefined,
    key: { column: "id", type },
    pointer,
    grace: 600,
    onReplace: "release",
  };
  const [text = ""] = namedFunction(edge, edgeNames(edge), "sess").create;
  return /return\s([\s\S]*?);\n\nrevoke/.exec(text)?.[1]?.trim() ?? text;
}

function path(text: string): Pointer {
  const read = parseDataPath(text);
  if (!("legs" in read)) throw new Error(read.what);
  return { kind: "path", path: read };
}

describe("what reads the keys that data names", () => {
  it.each([
    ["draftId", "document -> 'draftId'"],
    ["cart.id", "document #> '{cart,id}'"],
    ['"a.b"."it\'s"', "document #> '{\"a.b\",\"it''s\"}'"],
    ['"$lastwill$"', "document -> E'\\u0024lastwill$'"],
  ])("goes down %s to one key", (text, way) => {
    expect(bodyOf(path(text))).toBe(`array_remove(array[lastwill.read_bigint(${way})], null)`);
  });

  it.each([
    ["ids[]", ["document -> 'ids'"], "element_1"],
    ["[]", ["document"], "element_1"],
    ["[].id", ["document"], "element_1 -> 'id'"],
    ["uploads[].id", ["document -> 'uploads'"], "element_1 -> 'id'"],
    ["a.b[].c.d[].e", ["document #> '{a,b}'", "element_1 #> '{c,d}'"], "element_2 -> 'e'"],
    ["rows[][].id", ["document -> 'rows'", "element_1"], "element_2 -> 'id'"],
  ])("goes through every list of %s", (text, lists, key) => {
    const elements = lists.map(
      (list, index) =>
        `jsonb_path_query(${list}, 'strict $[*]', silent => true) as element_${index + 1}`,
    );
    expect(bodyOf(path(text))).toBe(
      [
        "array(",
        `    select distinct lastwill.read_bigint(${key})`,
        `    from ${elements.join("\n      cross join lateral ")}`,
        `    where lastwill.read_bigint(${key}) is not null`,
        "  )",
      ].join("\n"),
    );
  });

  it.each([
    ["smallint", "lastwill.read_smallint(document -> 'id')"],
    ["uuid", "lastwill.read_uuid(document -> 'id')"],
    ["text", "lastwill.read_text(document -> 'id')"],
    ["bpchar", "lastwill.read_text(document -> 'id')::bpchar"],
  ] satisfies [KeyType, string][])("reads a key of type %s as such", (type, read) => {
    expect(bodyOf(path("id"), type)).toBe(`array_remove(array[${read}], null)`);
  });

  it("takes the key from a column as it is, or none", () => {
    const column: Pointer = { kind: "column", column: "cart_id", type: "integer", list: false };
    expect(bodyOf(column)).toBe("array_remove(array[cast(pointer as bigint)], null)");
  });
});
