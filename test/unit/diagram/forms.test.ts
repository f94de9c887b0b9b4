import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Diagram } from "../../../src/diagram/diagram.ts";
import { dotOf } from "../../../src/diagram/dot.ts";
import { mermaidOf } from "../../../src/diagram/mermaid.ts";
import { svgOf } from "../../../src/diagram/svg.ts";
import { drawn, FULL } from "./manifests.ts";

const EXAMPLE = drawn(readFileSync(new URL("../../../ownership.yaml", import.meta.url), "utf8"));
const COMMITTED = new URL("../../../docs/ownership-graph.svg", import.meta.url);

/** The full manifest's diagram, with this text for every name and note in it. */
function named(text: string): Diagram {
  const { boxes, arrows } = drawn(FULL);
  return {
    boxes: boxes.map(({ owners, notes }, at) => ({
      owners: owners.map(() => text),
      table: `${at}${text}`,
      notes: notes.map(() => text),
    })),
    arrows: arrows.map((arrow) => ({
      ...arrow,
      edge: text,
      tie: text,
      notes: arrow.notes.map(() => text),
    })),
  };
}

/** Those characters of a text that have a meaning in its language. */
function marks(text: string, meaning: RegExp): string {
  return (text.match(meaning) ?? []).join("");
}

const HOSTILE = [
  "</title></text></svg><script>alert(1)</script>",
  `" onload="alert(1)`,
  "' ]]> <!-- & &lt; &#0;",
  '"]; t0 --> t9["',
  "%%{init: {}}%%\n  click t0 call alert()",
  '\\"; evil [label="\\',
  "`**x**`; #quot; end",
  "\u0000\u001b[31m\u202egnp.exe\ud800\uffff",
];
const texts = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: "binary", maxLength: 80 }));

describe("names and notes of any kind", () => {
  test("have no mark of XML's in an SVG, and nothing that XML does not allow", () => {
    const svg = (text: string) => svgOf(named(text)).markup;
    const plain = marks(svg("plain"), /[<>"']/g);
    fc.assert(
      fc.property(texts, (text) => {
        const made = svg(text);
        expect(marks(made, /[<>"']/g)).toBe(plain);
        expect(made).not.toMatch(/&(?!(?:amp|lt|gt|quot|#39);)/);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be kept out
        expect(made).not.toMatch(/[\u0000-\u0009\u000b-\u001f\ufffe\uffff\u202e]|\p{Surrogate}/u);
      }),
    );
  });

  test("have no mark of Mermaid's in Mermaid", () => {
    const own = /#\d+;/g;
    const mermaid = (text: string) =>
      marks(mermaidOf(named(text)).replaceAll(own, ""), /["\n`%{}<>|;:&#]/g);
    const plain = mermaid("plain");
    fc.assert(
      fc.property(texts, (text) => {
        expect(mermaid(text)).toBe(plain);
      }),
    );
  });

  test("end no string in dot", () => {
    const strings = (text: string) => dotOf(named(text)).replaceAll(/"(?:[^"\\\n]|\\.)*"/g, "S");
    const plain = strings("plain");
    fc.assert(
      fc.property(texts, (text) => {
        expect(strings(text)).toBe(plain);
      }),
    );
  });
});

describe("the example shop", () => {
  test("is drawn in docs as it is today: npm run graph", () => {
    expect(readFileSync(COMMITTED, "utf8")).toBe(svgOf(EXAMPLE).markup);
  });

  test("is a flowchart in Mermaid", () => {
    expect(mermaidOf(EXAMPLE)).toMatchInlineSnapshot(`
      "flowchart LR
        t0["<b>session</b><br/>expires expire"]:::owner
        t1["carts"]
        t2["cart_items"]
        t3["drafts"]
        t4["uploads"]
        t0 -->|"by session_sid<br/>cascade"| t1
        t1 -->|"by cart_id<br/>cascade"| t2
        t0 -->|"from draftId<br/>cascade<br/>grace 10 minutes"| t3
        t0 -->|"from uploads[].id<br/>cascade<br/>grace 1 hour"| t4
        linkStyle 0 stroke:#b3382c
        linkStyle 1 stroke:#b3382c
        linkStyle 2 stroke:#b3382c
        linkStyle 3 stroke:#b3382c
        classDef owner stroke-width:2px"
    `);
  });

  test("is a digraph in dot", () => {
    expect(dotOf(EXAMPLE)).toMatchInlineSnapshot(`
      "digraph ownership {
        rankdir=LR;
        node [shape=box, style=rounded, fontname="monospace"];
        edge [fontname="sans-serif", fontsize=10];
        t0 [label="session\\nexpires expire", penwidth=2];
        t1 [label="carts"];
        t2 [label="cart_items"];
        t3 [label="drafts"];
        t4 [label="uploads"];
        t0 -> t1 [label="by session_sid\\ncascade", color="#b3382c", style=solid];
        t1 -> t2 [label="by cart_id\\ncascade", color="#b3382c", style=solid];
        t0 -> t3 [label="from draftId\\ncascade\\ngrace 10 minutes", color="#b3382c", style=solid];
        t0 -> t4 [label="from uploads[].id\\ncascade\\ngrace 1 hour", color="#b3382c", style=solid];
      }"
    `);
  });

  test("has a legend of the policies it has, and of no others", () => {
    const legend = (diagram: Diagram) => svgOf(diagram).markup.split('class="legend"')[1] ?? "";
    expect(legend(EXAMPLE)).toContain("cascade: the row is deleted");
    expect(legend(EXAMPLE)).not.toContain("set_null");
    for (const policy of ["cascade", "set_null", "soft_delete", "archive"])
      expect(legend(drawn(FULL))).toContain(`${policy}:`);
  });
});
