import type { PolicyDeclaration } from "../manifest/manifest.ts";
import { visible } from "../markup.ts";
import type { Arrow, Box, Diagram } from "./diagram.ts";

/** How each policy's arrow is drawn. */
const ARROWS: Readonly<Record<PolicyDeclaration["kind"], string>> = {
  cascade: 'color="#b3382c", style=solid',
  set_null: 'color="#2262b0", style=dashed',
  soft_delete: 'color="#8a5a00", style=dotted',
  archive: 'color="#1d7444", style=bold',
};

/** The diagram in Graphviz's language: `dot -Tsvg` draws it. */
export function dotOf({ boxes, arrows }: Diagram): string {
  return [
    "digraph ownership {",
    "  rankdir=LR;",
    '  node [shape=box, style=rounded, fontname="monospace"];',
    '  edge [fontname="sans-serif", fontsize=10];',
    ...boxes.map((box, at) => `  t${at} [label=${quoted(boxLines(box))}${kind(box)}];`),
    ...arrows.map(
      (arrow) =>
        `  t${arrow.from} -> t${arrow.to} [label=${quoted(arrowLines(arrow))}, ${ARROWS[arrow.policy]}];`,
    ),
    "}",
  ].join("\n");
}

function kind({ owners }: Box): string {
  return owners.length > 0 ? ", penwidth=2" : "";
}

function boxLines({ owners, table, notes }: Box): string[] {
  const title = owners.join(", ");
  return [...(owners.length > 0 ? [title] : []), ...(title === table ? [] : [table]), ...notes];
}

function arrowLines({ tie, policy, notes }: Arrow): string[] {
  return [tie, policy, ...notes];
}

/** Lines as a string: Graphviz reads escapes with a backslash in it, and HTML's entities. */
function quoted(lines: readonly string[]): string {
  const escaped = lines.map((line) =>
    visible(line).replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("&", "&amp;"),
  );
  return `"${escaped.join("\\n")}"`;
}
