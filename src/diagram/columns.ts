import type { Diagram } from "./diagram.ts";
import { layersOf } from "./layers.ts";

/** A box, or the room that a long arrow needs where it passes a layer. */
export interface Stop {
  readonly layer: number;
  /** Place in the list of boxes; undefined where an arrow only passes. */
  readonly box: number | undefined;
}

/** An arrow's way over neighbouring layers. */
export interface Way {
  /** Place in the list of arrows. */
  readonly arrow: number;
  /** From the box it leaves to the box it leads to. */
  readonly stops: readonly Stop[];
}

/** What stands in each layer from top to bottom, and the ways between. */
export interface Columns {
  readonly layers: readonly (readonly Stop[])[];
  readonly ways: readonly Way[];
  /** Arrows that lead back to where they came from; they have no way. */
  readonly back: readonly number[];
}

/** Puts boxes into layers, and orders each layer so that few arrows cross. */
export function columnsOf(diagram: Diagram): Columns {
  const { of, back } = layersOf(diagram);
  const boxes = of.map((layer, box): Stop => ({ layer, box }));
  const ways = diagram.arrows.flatMap(({ from, to }, arrow): Way[] => {
    const [first, last] = [boxes[from], boxes[to]];
    if (!first || !last || back.has(arrow)) return [];
    const passes = Array.from({ length: last.layer - first.layer - 1 }, (_, step) => ({
      layer: first.layer + step + 1,
      box: undefined,
    }));
    return [{ arrow, stops: [first, ...passes, last] }];
  });
  const stops = [...boxes, ...ways.flatMap((way) => way.stops.slice(1, -1))];
  return { layers: ordered(stops, ways), ways, back: [...back] };
}

/** Each layer by the mean place of what leads there from the left, else as the manifest has it. */
function ordered(stops: readonly Stop[], ways: readonly Way[]): Stop[][] {
  const places = new Map<Stop, number>();
  const count = Math.max(0, ...stops.map(({ layer }) => layer + 1));
  return Array.from({ length: count }, (_, layer) => {
    const here = stops.filter((stop) => stop.layer === layer);
    const weights = new Map(
      here.map((stop, at) => {
        const before = ways.flatMap((way) => way.stops[way.stops.indexOf(stop) - 1] ?? []);
        const sum = before.reduce((total, each) => total + (places.get(each) ?? 0), 0);
        return [stop, before.length > 0 ? sum / before.length : at];
      }),
    );
    const sorted = here.sort((a, b) => (weights.get(a) ?? 0) - (weights.get(b) ?? 0));
    for (const [at, stop] of sorted.entries()) places.set(stop, at);
    return sorted;
  });
}
