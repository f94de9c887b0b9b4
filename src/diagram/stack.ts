/** Something with a place in a column. */
export interface Stacked {
  readonly height: number;
  /** Where its top would best be. */
  readonly wish: number;
}

/**
 * The tops of things that stand one below the other in the given order, `gap` apart at least: as near to their
 * wishes as that allows. Neighbours that would overlap become one block, which stands at the mean of its wishes.
 */
export function stack(things: readonly Stacked[], gap: number): number[] {
  const blocks: { count: number; sum: number }[] = [];
  let offset = 0;
  const offsets = things.map(({ height }) => {
    const before = offset;
    offset += height + gap;
    return before;
  });
  const mean = (block: { count: number; sum: number }) => block.sum / block.count;
  for (const [at, { wish }] of things.entries()) {
    let block = { count: 1, sum: wish - (offsets[at] ?? 0) };
    for (let last = blocks.at(-1); last && mean(last) >= mean(block); last = blocks.at(-1)) {
      block = { count: block.count + last.count, sum: block.sum + last.sum };
      blocks.pop();
    }
    blocks.push(block);
  }
  const starts = blocks.flatMap((block) => Array.from({ length: block.count }, () => mean(block)));
  return starts.map((start, at) => start + (offsets[at] ?? 0));
}
