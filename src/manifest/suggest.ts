const LONGEST_WORD = 100;

/**
 * The candidate that `word` was probably meant to be: the same but for case, underscores or a plural,
 * else the nearest within a few typing slips. Undefined when none is near.
 */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const others = [...candidates].filter((candidate) => candidate !== word);
  const variant =
    others.find((candidate) => plain(candidate) === plain(word)) ??
    others.find((candidate) => singular(plain(candidate)) === singular(plain(word)));
  return variant ?? nearest(word, others);
}

function nearest(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const slips = distance(plain(word), plain(candidate));
    if (slips < least && slips <= slipsAllowed(word, candidate)) {
      best = candidate;
      least = slips;
    }
  }
  return best;
}

/** One slip in three letters; a two-letter word with a slip could be anything. */
function slipsAllowed(word: string, candidate: string): number {
  return Math.min(3, Math.floor(Math.max(plain(word).length, plain(candidate).length) / 3));
}

/** `sessionSid`, `session_sid` and `Session-SID` are one word. */
export function plain(word: string): string {
  return word.toLowerCase().replaceAll(/[_\-\s]/g, "");
}

/** `carts` is `cart`, as far as endings tell. */
export function singular(word: string): string {
  if (word.endsWith("ies")) return `${word.slice(0, -3)}y`;
  if (word.endsWith("zzes")) return word.slice(0, -3);
  return word.replace(/(?<=(?:s|x|z|ch|sh))es$|(?<!s)s$/, "");
}

/** Damerau-Levenshtein: letters inserted, left out, replaced, and neighbours swapped. */
function distance(a: string, b: string): number {
  // Two words of very different length are never near, and no name is longer than this.
  if (Math.abs(a.length - b.length) > 3 || a.length > LONGEST_WORD) return Number.POSITIVE_INFINITY;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (beforeLast[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
