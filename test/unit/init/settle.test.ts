import { describe, expect, it } from "vitest";
import type { Path } from "../../../src/faults.ts";
import type { FoundEdge, FoundOwner } from "../../../src/init/findings.ts";
import { manifestText } from "../../../src/init/manifest-text.ts";
import { settled } from "../../../src/init/settle.ts";
import { readManifest } from "../../../src/manifest/read.ts";
import { table } from "./tables.ts";

const edge = (name: string, more: Partial<FoundEdge> = {}): FoundEdge => ({
  table: table(name, { id: "bigint" }),
  written: name,
  tie: { kind: "by", column: "sid" },
  evidence: [],
  owns: [],
  ...more,
});

const owner = (edges: readonly FoundEdge[]): FoundOwner => ({
  name: "session",
  table: undefined,
  store: "connect-pg-simple",
  written: undefined,
  settings: [],
  evidence: [],
  doubt: undefined,
  edges,
  mentions: [],
});

const faultAt = (...path: Path) => ({
  path,
  on: "value" as const,
  what: "it is wrong",
  fix: "Mend it.",
});
const found = (edges: readonly FoundEdge[]) => ({
  database: "app",
  owners: [owner(edges)],
  remarks: [],
});

describe("a fault doubts what it is about, and no more", () => {
  it("an edge, counted among those that are declared", () => {
    const findings = found([edge("a", { doubt: "unsure" }), edge("b"), edge("c")]);
    const { owners } = settled(findings, [faultAt("owners", "session", "owns", 1, "by")]);
    expect(owners[0]?.edges.map(({ doubt }) => doubt)).toEqual([
      "unsure",
      undefined,
      "it is wrong. Mend it",
    ]);
  });

  it("an edge below another", () => {
    const findings = found([edge("a", { owns: [edge("b"), edge("c")] })]);
    const { owners } = settled(findings, [faultAt("owners", "session", "owns", 0, "owns", 1)]);
    const [above] = owners[0]?.edges ?? [];
    expect(above?.doubt).toBeUndefined();
    expect(above?.owns.map(({ doubt }) => doubt)).toEqual([undefined, "it is wrong. Mend it"]);
  });

  it("an owner, beside one that owns nothing, for a manifest needs one", () => {
    const { owners } = settled(found([edge("a")]), [faultAt("owners", "session", "table")]);
    expect(owners.map(({ name, doubt }) => [name, doubt])).toEqual([
      ["elsewhere", undefined],
      ["session", "it is wrong. Mend it"],
    ]);
  });
});

describe("the text of findings", () => {
  it("is a manifest of what is declared", () => {
    const text = manifestText(
      found([edge("a", { doubt: "unsure" }), edge("b", { owns: [edge("c")] })]),
    );
    const { manifest } = readManifest(text, "ownership.yaml");
    expect(manifest.owners[0]?.owns.map((each) => [each.table, each.owns.length])).toEqual([
      ["b", 1],
    ]);
  });

  it('becomes that of a doubtful owner when the first "# " is taken off its lines', () => {
    const declared = manifestText(found([edge("a"), edge("b", { doubt: "unsure" })]));
    const { owners, ...rest } = found([edge("a"), edge("b", { doubt: "unsure" })]);
    const doubted = manifestText({
      ...rest,
      owners: owners.map((each) => ({ ...each, doubt: "hm" })),
    });
    const taken = doubted.replaceAll(/^ {2}# /gm, "  ").replace(/^ *# Not declared: hm\.\n/m, "");
    expect(taken).toBe(declared);
  });
});
