import { type Columns, columnsOf, type Stop, type Way } from "./columns.ts";
import type { Arrow, Box, Diagram } from "./diagram.ts";
import { heightsOf, type Placed } from "./heights.ts";
import { tenths } from "./measure.ts";
import { arrowLines, boxLines, lineWidth } from "./texts.ts";

/** A diagram with a place for everything, in pixels. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly PlacedBox[];
  readonly arrows: readonly PlacedArrow[];
}

export interface PlacedBox {
  readonly box: Box;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedArrow {
  readonly arrow: Arrow;
  /** The path of its line, as SVG writes it. */
  readonly path: string;
  /** Where its texts begin: how it is tied above the line, its notes below. */
  readonly x: number;
  readonly y: number;
}

/** Room around everything. */
export const MARGIN = 12;
/** Room in a box left and right of its text. */
export const SIDE = 16;
/** Room for arrows to bend, before their texts begin. */
const BEND = 52;
/** Room for an arrow's head behind its texts. */
const HEAD = 14;

/** What is known by the time that arrows are drawn. */
interface Scene {
  readonly diagram: Diagram;
  readonly columns: Columns;
  readonly heights: ReadonlyMap<Stop, Placed>;
  readonly bands: readonly Band[];
}

/** From where to where a layer's boxes reach, and where the texts of arrows to it begin. */
interface Band {
  readonly texts: number;
  readonly left: number;
  readonly right: number;
}

/** Owners left, what they own to the right of them, and so on: no text lies on a line or on another. */
export function layoutOf(diagram: Diagram): Layout {
  const columns = columnsOf(diagram);
  const bands = bandsOf(diagram, columns);
  const scene = { diagram, columns, bands, heights: heightsOf(diagram, columns) };
  const boxes = columns.layers.flat().flatMap((stop) => placedBox(stop, scene));
  const loops = columns.back.map((arrow) => loopArrow(arrow, diagram, boxes));
  const arrows = [...columns.ways.map((way) => wayArrow(way, scene)), ...loops];
  const rights = [
    ...boxes.map(({ x, width }) => x + width),
    ...arrows.map(({ arrow, x }) => x + Math.max(arrowWidth(arrow), HEAD)),
  ];
  return {
    width: Math.max(0, ...rights) + MARGIN,
    height: Math.max(0, ...boxes.map(({ y, height }) => y + height)) + MARGIN,
    boxes,
    arrows,
  };
}

function bandsOf(diagram: Diagram, { layers, ways }: Columns): Band[] {
  let right = MARGIN - BEND - HEAD;
  return layers.map((layer, index) => {
    const into = ways.filter(({ stops }) => stops.at(-1)?.layer === index);
    const labels = into.map(({ arrow }) => arrowWidth(diagram.arrows[arrow]));
    const texts = right + BEND;
    const left = texts + Math.max(0, ...labels) + HEAD;
    right = left + Math.max(...layer.map((stop) => boxWidth(diagram, stop)));
    return { texts, left, right };
  });
}

function placedBox(stop: Stop, { diagram, heights, bands }: Scene): PlacedBox[] {
  const box = stop.box === undefined ? undefined : diagram.boxes[stop.box];
  const [placed, band] = [heights.get(stop), bands[stop.layer]];
  if (!box || !placed || !band) return [];
  const { top, height } = placed;
  return [{ box, x: band.left, y: top + MARGIN, width: band.right - band.left, height }];
}

function boxWidth(diagram: Diagram, { box }: Stop): number {
  const found = box === undefined ? undefined : diagram.boxes[box];
  return found ? Math.max(...boxLines(found).map(lineWidth)) + 2 * SIDE : 0;
}

function arrowWidth(arrow: Arrow | undefined): number {
  if (!arrow) return 0;
  const { above, below } = arrowLines(arrow);
  return Math.max(...[above, ...below].map(lineWidth));
}

function wayArrow(way: Way, scene: Scene): PlacedArrow {
  const { diagram, heights, bands } = scene;
  const arrow = diagram.arrows[way.arrow];
  const [first, ...others] = way.stops;
  if (!arrow || !first) throw new RangeError(`arrow ${way.arrow} leads from nowhere`);
  let y = outlet(way, first, scene);
  let path = `M${place(bands[first.layer]?.right ?? 0, y)}`;
  let texts = 0;
  for (const stop of others) {
    const band = bands[stop.layer];
    if (!band) continue;
    const next = inlet(way, stop, heights);
    const middle = band.texts - BEND / 2;
    path += ` C${place(middle, y)} ${place(middle, next)} ${place(band.texts, next)}`;
    path += ` H${tenths(stop.box === undefined ? band.right : band.left)}`;
    y = next;
    texts = band.texts;
  }
  return { arrow, path, x: texts, y };
}

function inlet({ arrow }: Way, stop: Stop, heights: Scene["heights"]): number {
  const placed = heights.get(stop);
  return (placed?.top ?? 0) + (placed?.inlets.get(arrow) ?? 0) + MARGIN;
}

/** Where an arrow leaves its box: those that lead up above those that lead down. */
function outlet(way: Way, first: Stop, { columns, heights }: Scene): number {
  const { top = 0, height = 0 } = heights.get(first) ?? {};
  const next = (each: Way) => (each.stops[1] ? inlet(each, each.stops[1], heights) : 0);
  const leaving = columns.ways
    .filter(({ stops }) => stops[0] === first)
    .sort((a, b) => next(a) - next(b));
  const step = Math.min(10, height / (leaving.length + 1));
  const middle = (leaving.length - 1) / 2;
  return top + height / 2 + (leaving.indexOf(way) - middle) * step + MARGIN;
}

/**
 * From a box's right side back to the right side of one before it, or to its own. `gen-migrations` refuses a table
 * that owns itself; the picture shows why.
 */
function loopArrow(
  at: number,
  { boxes, arrows }: Diagram,
  placed: readonly PlacedBox[],
): PlacedArrow {
  const arrow = arrows[at];
  const find = (box: number | undefined) =>
    placed.find((each) => box !== undefined && each.box === boxes[box]);
  const [from, to] = [find(arrow?.from), find(arrow?.to)];
  if (!arrow || !from || !to) throw new RangeError(`arrow ${at} leads nowhere`);
  const [startX, startY] = [from.x + from.width, from.y + from.height - 16];
  const [endX, endY] = [to.x + to.width, to.y + 14];
  const bulge = Math.max(startX, endX) + BEND;
  const path = `M${place(startX, startY)} C${place(bulge, startY)} ${place(bulge, endY)} ${place(endX, endY)}`;
  return { arrow, path, x: Math.max(startX, endX) + BEND, y: startY };
}

function place(x: number, y: number): string {
  return `${tenths(x)} ${tenths(y)}`;
}
