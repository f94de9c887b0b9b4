import type { Columns, Stop, Way } from "./columns.ts";
import type { Diagram } from "./diagram.ts";
import { type Stacked, stack } from "./stack.ts";
import { arrowLines, boxLines, linesHeight } from "./texts.ts";

/** Room between two stops of a layer. */
const GAP = 24;
/** Room in a box above and below its text. */
export const PADDING = 12;
/** Room that a passing arrow takes. */
const PASS = 14;
/** Room above an arrow's line for how it is tied, and below its notes. */
const ABOVE = 22;
const BELOW = 6;

/** Where a stop stands, and where arrows meet it. */
export interface Placed {
  readonly top: number;
  readonly height: number;
  /** By arrow: where it comes in, below the top. */
  readonly inlets: ReadonlyMap<number, number>;
}

/** The places of all stops: each as near as can be to what it is tied to. */
export function heightsOf(diagram: Diagram, columns: Columns): ReadonlyMap<Stop, Placed> {
  const sizes = new Map(
    columns.layers.flat().map((stop) => [stop, sizeOf(stop, diagram, columns)] as const),
  );
  const tops = new Map<Stop, number>();
  const rightwards = [...columns.layers];
  const leftwards = rightwards.toReversed();
  for (const layers of [rightwards, leftwards, rightwards, leftwards, rightwards]) {
    for (const layer of layers) {
      const wished = layer.map((stop): Stacked => {
        const side = layers === leftwards ? 1 : -1;
        return {
          height: sizes.get(stop)?.height ?? 0,
          wish: wish(stop, side, columns.ways, sizes, tops),
        };
      });
      for (const [at, top] of stack(wished, GAP).entries()) {
        const stop = layer[at];
        if (stop) tops.set(stop, top);
      }
    }
  }
  const least = Math.min(...tops.values());
  return new Map(
    [...sizes].map(([stop, size]) => [stop, { ...size, top: (tops.get(stop) ?? 0) - least }]),
  );
}

type Size = Omit<Placed, "top">;

function sizeOf(stop: Stop, diagram: Diagram, columns: Columns): Size {
  const into = arrowsInto(stop, columns);
  const box = stop.box === undefined ? undefined : diagram.boxes[stop.box];
  if (!box) return { height: PASS, inlets: new Map(into.map((arrow) => [arrow, PASS / 2])) };
  const rooms = into.map((arrow) => ({ arrow, height: arrowHeight(diagram, arrow) }));
  const text = linesHeight(boxLines(box)) + 2 * PADDING;
  const inward = rooms.reduce((sum, { height }) => sum + height, 0);
  const loops = columns.back.filter((arrow) => diagram.arrows[arrow]?.from === stop.box);
  const outward = loops.reduce((sum, arrow) => sum + arrowHeight(diagram, arrow), 0);
  const height = Math.max(text, inward) + outward;
  let top = Math.max(0, (text - inward) / 2);
  const inlets = new Map<number, number>();
  for (const room of rooms) {
    inlets.set(room.arrow, top + ABOVE);
    top += room.height;
  }
  return { height, inlets };
}

/** In the order of what they come from, so that they do not cross in front of the box. */
function arrowsInto(stop: Stop, { layers, ways }: Columns): number[] {
  const before = layers[stop.layer - 1] ?? [];
  const place = ({ stops }: Way) => before.findIndex((each) => stops.includes(each));
  return ways
    .filter(({ stops }) => stops.indexOf(stop) > 0)
    .sort((a, b) => place(a) - place(b))
    .map(({ arrow }) => arrow);
}

function arrowHeight(diagram: Diagram, at: number): number {
  const arrow = diagram.arrows[at];
  return ABOVE + BELOW + (arrow ? linesHeight(arrowLines(arrow).below) : 0);
}

/** Where the stop's top would make the arrows on one of its sides straight. */
function wish(
  stop: Stop,
  side: 1 | -1,
  ways: readonly Way[],
  sizes: ReadonlyMap<Stop, Size>,
  tops: ReadonlyMap<Stop, number>,
): number {
  const size = sizes.get(stop);
  const wishes = ways.flatMap(({ arrow, stops }) => {
    const at = stops.indexOf(stop);
    const other = at < 0 ? undefined : stops[at + side];
    const top = other && tops.get(other);
    const far = other && sizes.get(other);
    if (top === undefined || !far || !size) return [];
    const inlet = (of: Size) => of.inlets.get(arrow) ?? of.height / 2;
    if (side < 0) return [top + far.height / 2 - inlet(size)];
    return [top + inlet(far) - size.height / 2];
  });
  if (wishes.length === 0) return tops.get(stop) ?? 0;
  return wishes.reduce((sum, each) => sum + each, 0) / wishes.length;
}
