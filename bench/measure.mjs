/** Times of every contestant in every repeat → the ratio of two of them, repeat by repeat. */
export function compare({ case: name, times, ours, theirs, ...rest }) {
  const ratios = times[ours].map((time, repeat) => time / times[theirs][repeat]);
  return {
    case: name,
    ours,
    theirs,
    ...rest,
    ratio: median(ratios),
    min: Math.min(...ratios),
    max: Math.max(...ratios),
    ratios,
    oursMedian: median(times[ours]),
    theirsMedian: median(times[theirs]),
  };
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The same values in a random order. */
export function shuffled(values) {
  const order = [...values];
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1));
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order;
}

/** `count` random whole numbers from 1 to `largest`. */
export function randomNumbers(count, largest) {
  return Array.from({ length: count }, () => 1 + Math.floor(Math.random() * largest));
}

/** The value that `share` of all values do not exceed. */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(Math.ceil(share * sorted.length), 1) - 1];
}

/** 1000000 → 1M, 10000 → 10k. */
export function short(count) {
  if (count % 1_000_000 === 0) return `${count / 1_000_000}M`;
  return count % 1000 === 0 ? `${count / 1000}k` : String(count);
}
