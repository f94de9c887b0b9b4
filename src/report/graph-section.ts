import type { Diagram } from "../diagram/diagram.ts";
import { svgOf } from "../diagram/svg.ts";
import { type Markup, markup } from "../markup.ts";
import { code, pageTable, section } from "./table.ts";

/** Who owns what: the picture, and the same in words. */
export function graphSection(diagram: Diagram): Markup {
  const table = pageTable(
    "The same in words",
    [
      { head: "edge" },
      { head: "table" },
      { head: "tied" },
      { head: "policy" },
      { head: "beside it", kind: "text" },
    ],
    diagram.arrows.map(({ edge, to, tie, policy, notes }) => [
      code(edge),
      code(diagram.boxes[to]?.table ?? ""),
      tie,
      policy,
      notes.join("; "),
    ]),
  );
  const picture = markup`<div class="wide" role="region" aria-label="Who owns what, as a picture" tabindex="0">
${svgOf(diagram)}</div>`;
  return section("graph", "Who owns what", markup`${picture}${table}`);
}
