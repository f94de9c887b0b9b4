import { type Markup, markup, NOTHING } from "../markup.ts";
import type { Arrow, Diagram } from "./diagram.ts";
import { PADDING } from "./heights.ts";
import { layoutOf, MARGIN, type PlacedArrow, type PlacedBox, SIDE } from "./layout.ts";
import { tenths, textWidth } from "./measure.ts";
import { SVG_STYLE } from "./svg-style.ts";
import { arrowLines, boxLines, type Line, TEXT_STYLES } from "./texts.ts";
import { POLICIES, POLICY_WORDS } from "./words.ts";

/** The diagram as an SVG that stands for itself: legible on a light and on a dark page, without any font of its own. */
export function svgOf(diagram: Diagram): Markup {
  const layout = layoutOf(diagram);
  const legend = legendOf(diagram, layout.height);
  const width = Math.ceil(Math.max(layout.width, legend.width));
  const height = Math.ceil(legend.bottom);
  return markup`<svg xmlns="http://www.w3.org/2000/svg" class="ownership" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${sentence(diagram)}">
<style>${{ markup: SVG_STYLE }}</style>
<defs>
${POLICIES.map(head)}
</defs>
<rect class="page" width="${width}" height="${height}" rx="6"/>
${layout.arrows.map(arrowMarkup)}
${layout.boxes.map(boxMarkup)}
${legend.markup}
</svg>
`;
}

/** The picture in words, for those who do not see it. */
function sentence({ boxes, arrows }: Diagram): string {
  const owners = boxes.flatMap((box) => box.owners);
  const names = owners.length > 0 ? owners.join(", ") : "nobody";
  return `What ${names} own: ${arrows.map(({ edge, tie, policy }) => `${edge} ${tie} (${policy})`).join("; ") || "nothing"}`;
}

function head(policy: string): Markup {
  return markup`<marker id="lastwill-${policy}" class="${policy}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0.5 L8 4 L0 7.5 z"/></marker>`;
}

function boxMarkup({ box, x, y, width, height }: PlacedBox): Markup {
  const title = [...box.owners, `table ${box.table}`, ...box.notes].join(" · ");
  const kind = box.owners.length > 0 ? "owner" : "owned";
  return markup`<g class="box ${kind}"><title>${title}</title>
<rect x="${x}" y="${tenths(y)}" width="${width}" height="${tenths(height)}" rx="6"/>
${column(boxLines(box), x + SIDE, y + PADDING - 4)}
</g>`;
}

function arrowMarkup({ arrow, path, x, y }: PlacedArrow): Markup {
  const { above, below } = arrowLines(arrow);
  return markup`<g class="arrow ${arrow.policy}"><title>${arrowTitle(arrow)}</title>
<path d="${path}" marker-end="url(#lastwill-${arrow.policy})"/>
${lineMarkup(above, x, y - 6)}
${below.length > 0 ? column(below, x, y + 1) : NOTHING}
</g>`;
}

function arrowTitle({ edge, tie, policy, notes }: Arrow): string {
  return [edge, tie, policy, ...notes].join(" · ");
}

/** Lines one below the other. */
function column(lines: readonly Line[], x: number, top: number): Markup {
  let y = top;
  const drawn = lines.map((line) => {
    y += TEXT_STYLES[line.style].step;
    return lineMarkup(line, x, y - 2);
  });
  return markup`${drawn}`;
}

function lineMarkup({ text, style }: Line, x: number, y: number): Markup {
  return markup`<text class="${style}" x="${tenths(x)}" y="${tenths(y)}">${text}</text>`;
}

const SAMPLE = 34;
const LEGEND_WIDTH = 640;

/** The policies that the diagram has, each with a sample of its line. */
function legendOf(
  { arrows }: Diagram,
  top: number,
): { markup: Markup; width: number; bottom: number } {
  let [x, y, widest] = [MARGIN, top + 22, 0];
  const entries = POLICIES.filter((each) => arrows.some(({ policy }) => policy === each)).map(
    (policy) => {
      const words = POLICY_WORDS[policy];
      const width = SAMPLE + 8 + textWidth(words, TEXT_STYLES.note.size, "words");
      if (x > MARGIN && x + width > LEGEND_WIDTH) [x, y] = [MARGIN, y + 20];
      const drawn = markup`<g class="arrow ${policy}"><path d="M${x} ${tenths(y - 4)} h${SAMPLE}" marker-end="url(#lastwill-${policy})"/><text class="note" x="${x + SAMPLE + 8}" y="${tenths(y)}">${words}</text></g>`;
      widest = Math.max(widest, x + width);
      x += width + 20;
      return drawn;
    },
  );
  const bottom = entries.length > 0 ? y + 14 : top;
  return {
    markup: markup`<g class="legend">
${entries}
</g>`,
    width: widest + MARGIN,
    bottom,
  };
}
