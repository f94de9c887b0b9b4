import type { PolicyDeclaration } from "../manifest/manifest.ts";
import { visible } from "../markup.ts";
import type { Arrow, Box, Diagram } from "./diagram.ts";

/** Each policy's arrow, and how its line is drawn. */
const ARROWS: Readonly<Record<PolicyDeclaration["kind"], readonly [arrow: string, line: string]>> =
  {
    cascade: ["-->", "stroke:#b3382c"],
    set_null: ["-.->", "stroke:#2262b0"],
    soft_delete: ["-.->", "stroke:#8a5a00"],
    archive: ["==>", "stroke:#1d7444"],
  };

/** The diagram as Mermaid, which GitHub and GitLab draw where it stands in a block of that name. */
export function mermaidOf({ boxes, arrows }: Diagram): string {
  const lines = [
    "flowchart LR",
    ...boxes.map((box, at) => `  t${at}["${boxText(box)}"]${kind(box)}`),
    ...arrows.map(
      (arrow) => `  t${arrow.from} ${ARROWS[arrow.policy][0]}|"${arrowText(arrow)}"| t${arrow.to}`,
    ),
    ...arrows.map(({ policy }, at) => `  linkStyle ${at} ${ARROWS[policy][1]}`),
    "  classDef owner stroke-width:2px",
  ];
  return lines.join("\n");
}

function kind({ owners }: Box): string {
  return owners.length > 0 ? ":::owner" : "";
}

function boxText({ owners, table, notes }: Box): string {
  const names = owners.length > 0 ? [`<b>${text(owners.join(", "))}</b>`] : [];
  const named = owners.join() === table ? [] : [text(table)];
  return [...names, ...named, ...notes.map(text)].join("<br/>");
}

function arrowText({ tie, policy, notes }: Arrow): string {
  return [tie, policy, ...notes].map(text).join("<br/>");
}

/** Mermaid reads marks of its own even within quotes: what is not plain becomes the number of its character. */
function text(words: string): string {
  return visible(words).replaceAll(
    /[^\p{L}\p{N} _.,()[\]+=-]/gu,
    (character) => `#${character.codePointAt(0)};`,
  );
}
