import { columnsOf, type Stop, type Way } from "./columns.ts";
import type { Arrow, Box, Diagram } from "./diagram.ts";
import { heightsOf, type Placed } from "./heights.ts";
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

const MARGIN = 12;
const SIDE = 16;
/** Room for arrows to bend, before their texts begin. */
const BEND = 52;
/** Room for an arrow's head behind its texts. */
const HEAD = 14;

/** Owners left, what they own to the right of them, and so on: no text lies on a line or on another. */
export function layoutOf(diagram: Diagram): Layout {
  const columns = columnsOf(diagram);
  const heights = heightsOf(diagram, columns);
  const bands = bandsOf(diagram, columns.layers, columns.ways);
  const boxes = columns.layers.flat().flatMap((stop): PlacedBox[] => {
    const box = stop.box === undefined ? undefined : diagram.boxes[stop.box];
    const [placed, band] = [heights.get(stop), bands[stop.layer]];
    if (!box || !placed || !band) return [];
    const { top, height } = placed;
    return [{ box, x: band.left, y: top + MARGIN, width: band.right - band.left, height }];
  });
  const ways = columns.ways.map((way) => wayArrow(way, diagram, columns.ways, heights, bands));
  const loops = columns.back.map((at) => loopArrow(at, diagram, boxes));
  const texts = [...ways, ...loops];
  const right = texts.map(({ arrow, x }) => x + arrowWidth(arrow));
  return {
    width: Math.max(0, bands.at(-1)?.right ?? 0, ...right) + MARGIN,
    height: Math.max(0, ...boxes.map(({ y, height }) => y + height)) + MARGIN,
    boxes,
    arrows: texts,
  };
}

/** From where to where a layer's boxes reach, and where the texts of arrows to it begin. */
interface Band {
  readonly texts: number;
  readonly left: number;
  readonly right: number;
}

function bandsOf(
  diagram: Diagram,
  layers: readonly (readonly Stop[])[],
  ways: readonly Way[],
): Band[] {
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

function boxWidth(diagram: Diagram, { box }: Stop): number {
  const found = box === undefined ? undefined : diagram.boxes[box];
  return found ? Math.max(...boxLines(found).map(lineWidth)) + 2 * SIDE : 0;
}

function arrowWidth(arrow: Arrow | undefined): number {
  if (!arrow) return 0;
  const { above, below } = arrowLines(arrow);
  return Math.max(...[above, ...below].map(lineWidth));
}

function wayArrow(
  { arrow: at, stops }: Way,
  { arrows }: Diagram,
  ways: readonly Way[],
  heights: ReadonlyMap<Stop, Placed>,
  bands: readonly Band[],
): PlacedArrow {
  const arrow = arrows[at];
  const [first, ...others] = stops;
  const start = first && heights.get(first);
  if (!arrow || !first || !start) throw new RangeError(`arrow ${at} leads from nowhere`);
  const leaving = ways.filter((way) => way.stops[0] === first);
  let y = start.top + outlet(start, leaving, at, heights) + MARGIN;
  let path = `M${round(bands[first.layer]?.right ?? 0)} ${round(y)}`;
  let texts = 0;
  for (const stop of others) {
    const band = bands[stop.layer];
    const placed = heights.get(stop);
    if (!band || !placed) continue;
    const next = placed.top + (placed.inlets.get(at) ?? 0) + MARGIN;
    const middle = band.texts - BEND / 2;
    const bend = `C${round(middle)} ${round(y)} ${round(middle)} ${round(next)} ${round(band.texts)} ${round(next)}`;
    path += ` ${bend} H${round(stop.box === undefined ? band.right : band.left)}`;
    y = next;
    texts = band.texts;
  }
  return { arrow, path, x: texts, y };
}

/** Where an arrow leaves its box, below the top: those that lead up above those that lead down. */
function outlet(
  box: Placed,
  leaving: readonly Way[],
  arrow: number,
  heights: ReadonlyMap<Stop, Placed>,
): number {
  const end = ({ arrow: at, stops }: Way) => {
    const next = stops[1] && heights.get(stops[1]);
    return next ? next.top + (next.inlets.get(at) ?? 0) : 0;
  };
  const place = leaving.toSorted((a, b) => end(a) - end(b)).findIndex((way) => way.arrow === arrow);
  const step = Math.min(10, box.height / (leaving.length + 1));
  return box.height / 2 + (place - (leaving.length - 1) / 2) * step;
}

/** From a box's right side back to the right side of one before it, or to its own. */
function loopArrow(
  at: number,
  { boxes, arrows }: Diagram,
  placed: readonly PlacedBox[],
): PlacedArrow {
  const arrow = arrows[at];
  const find = (place: number | undefined) =>
    placed.find(({ box }) => place !== undefined && box === boxes[place]);
  const [from, to] = [find(arrow?.from), find(arrow?.to)];
  if (!arrow || !from || !to) throw new RangeError(`arrow ${at} leads nowhere`);
  const [startX, startY] = [from.x + from.width, from.y + from.height - 16];
  const [endX, endY] = [to.x + to.width, to.y + 14];
  const bulge = Math.max(startX, endX) + BEND;
  const path = `M${round(startX)} ${round(startY)} C${round(bulge)} ${round(startY)} ${round(bulge)} ${round(endY)} ${round(endX)} ${round(endY)}`;
  return { arrow, path, x: startX + 8, y: startY };
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
