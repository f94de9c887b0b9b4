/**
 * The prefixes of the next migrations, so that they sort after every one in the folder.
 *
 * A folder numbered 0001, 0002 … (and an empty one) is numbered on. One that goes by timestamps gets
 * timestamps, of now, so that migrations of several branches keep the order they were written in.
 *
 * @param existing file names in the folder
 * @param now milliseconds; SOURCE_DATE_EPOCH may stand for the clock
 */
export function nextPrefixes(existing: readonly string[], count: number, now: number): string[] {
  const numbers = existing.flatMap((name) => /^(\d+)[_-]/.exec(name)?.[1] ?? []);
  const stamps = numbers.filter((digits) => digits.length > 4);
  if (stamps.length === 0) {
    const last = Math.max(0, ...numbers.map(Number));
    return counted(count, (index) => String(last + 1 + index).padStart(4, "0"));
  }
  const last = Math.max(...stamps.map(stampToMs));
  const first = Math.max(now, last + 1);
  const utc = stamps.every((digits) => digits.length === 17);
  return counted(count, (index) => (utc ? msToUtc(first + index) : String(first + index)));
}

function counted(count: number, at: (index: number) => string): string[] {
  return Array.from({ length: count }, (_, index) => at(index));
}

/** node-pg-migrate's two kinds of timestamp: epoch milliseconds, or yyyymmddhhmmssmmm in UTC. */
function stampToMs(digits: string): number {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})$/.exec(digits);
  if (!parts) return Number(digits);
  const [, year, month, day, hour, minute, second, ms] = parts.map(Number);
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second, ms);
}

function msToUtc(ms: number): string {
  return new Date(ms).toISOString().replaceAll(/\D/g, "");
}
