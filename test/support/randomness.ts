/** A small generator of random numbers that a seed fixes (mulberry32). */
export function randomness(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** LASTWILL_SEED, or a seed that nobody chose; tests that are random show it in their names. */
export function newSeed(): number {
  return Number(process.env["LASTWILL_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
}
