/** Prefixes with as many digits are moments, shorter ones numbers. */
const STAMP_DIGITS = 10;

/** yyyymmddhhmmss, as most tools have it that go by timestamps. */
export const UTC_SECONDS = 14;

/**
 * The prefixes of the next migrations, so that they sort after every one in the folder.
 *
 * A folder numbered 0001, 0002 … is numbered on. One that goes by timestamps gets timestamps of its kind,
 * of now, so that migrations of several branches keep the order they were written in.
 *
 * @param existing names of files and folders in the folder
 * @param now milliseconds; SOURCE_DATE_EPOCH may stand for the clock
 * @param digits how many a prefix has in a folder that has none yet
 */
export function nextPrefixes(
  existing: readonly string[],
  count: number,
  now: number,
  digits = 4,
): string[] {
  const found = existing.flatMap((name) => /^(\d+)[_-]/.exec(name)?.[1] ?? []);
  // An empty folder goes on from zero.
  const numbers = found.length > 0 ? found : ["0".repeat(digits)];
  const stamps = numbers.filter(({ length }) => length >= STAMP_DIGITS);
  if (stamps.length > 0) return nextStamps(stamps, kindOf(stamps), count, now);
  const width = Math.max(...numbers.map(({ length }) => length));
  const last = Math.max(...numbers.map(Number));
  return counted(count, (index) => String(last + 1 + index).padStart(width, "0"));
}

function nextStamps(stamps: readonly string[], kind: number, count: number, now: number): string[] {
  const unit = kind === UTC_SECONDS || kind === 10 ? 1000 : 1;
  const last = Math.max(...stamps.map(stampToMs));
  const first = Math.floor(Math.max(now, last + unit) / unit) * unit;
  return counted(count, (index) => msToStamp(first + index * unit, kind));
}

/** The number of digits that they all have; where they differ, one that sorts after all of them. */
function kindOf(stamps: readonly string[]): number {
  const kinds = new Set(stamps.map(({ length }) => length));
  if (kinds.size === 1) return stamps[0]?.length ?? 0;
  return kinds.has(UTC_SECONDS) ? Math.max(...kinds) : 13;
}

function counted(count: number, at: (index: number) => string): string[] {
  return Array.from({ length: count }, (_, index) => at(index));
}

/** Seconds or milliseconds of the epoch, or yyyymmddhhmmss in UTC, with or without milliseconds. */
function stampToMs(digits: string): number {
  if (digits.length === 10) return Number(digits) * 1000;
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})?$/.exec(digits);
  if (!parts) return Number(digits);
  const [, year, month, day, hour, minute, second, ms] = parts.map((part) => Number(part ?? 0));
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second, ms);
}

function msToStamp(ms: number, kind: number): string {
  if (kind === 10) return String(ms / 1000);
  if (kind !== UTC_SECONDS && kind !== 17) return String(ms);
  return new Date(ms).toISOString().replaceAll(/\D/g, "").slice(0, kind);
}
