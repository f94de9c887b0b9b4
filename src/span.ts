const UNITS: readonly (readonly [seconds: number, unit: string])[] = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "min"],
];

/** Seconds in words: `2 d 4 h`, `1 h`, `12 min`, `40 s`; two units at most. */
export function span(seconds: number): string {
  for (const [at, [length, unit]] of UNITS.entries()) {
    if (seconds < length) continue;
    const whole = Math.floor(seconds / length);
    const [less, lesser] = UNITS[at + 1] ?? [1, "s"];
    const rest = Math.floor((seconds % length) / less);
    return rest > 0 ? `${whole} ${unit} ${rest} ${lesser}` : `${whole} ${unit}`;
  }
  return `${Math.round(seconds)} s`;
}
