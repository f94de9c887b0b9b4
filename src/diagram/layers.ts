import type { Diagram } from "./diagram.ts";

/** How far right each box stands, and which arrows lead back. */
export interface Layers {
  /** By place in the list of boxes; 0 is leftmost. */
  readonly of: readonly number[];
  /** Places in the list of arrows: those that would make the layers endless. */
  readonly back: ReadonlySet<number>;
}

/** Each box one layer right of the rightmost that an arrow leads from. */
export function layersOf({ boxes, arrows }: Diagram): Layers {
  const back = backArrows(boxes.length, arrows);
  const layers = new Map<number, number>();
  const layer = (box: number): number => {
    const known = layers.get(box);
    if (known !== undefined) return known;
    const above = arrows.filter(({ to }, at) => to === box && !back.has(at));
    const found = Math.max(0, ...above.map(({ from }) => layer(from) + 1));
    layers.set(box, found);
    return found;
  };
  return { of: boxes.map((_, box) => layer(box)), back };
}

/** Arrows to a box that the walk along arrows is still in. */
function backArrows(boxCount: number, arrows: Diagram["arrows"]): ReadonlySet<number> {
  const back = new Set<number>();
  const entered = new Set<number>();
  const inside = new Set<number>();
  const walk = (box: number): void => {
    entered.add(box);
    inside.add(box);
    for (const [at, { from, to }] of arrows.entries()) {
      if (from !== box) continue;
      if (inside.has(to)) back.add(at);
      else if (!entered.has(to)) walk(to);
    }
    inside.delete(box);
  };
  for (let box = 0; box < boxCount; box++) if (!entered.has(box)) walk(box);
  return back;
}
