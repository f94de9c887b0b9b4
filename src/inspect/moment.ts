/** A moment of PostgreSQL's as ISO 8601, in UTC; `infinity` stays a word. */
export function isoTime(moment: Date | number | string): string {
  if (moment instanceof Date) return moment.toISOString();
  const date = new Date(moment);
  if (!Number.isNaN(date.getTime())) return date.toISOString();
  return String(moment).startsWith("-") ? "-infinity" : "infinity";
}

/** The same, where there may be none. */
export function isoTimeOrNull(moment: Date | number | string | null): string | null {
  return moment === null ? null : isoTime(moment);
}

/** Whether a moment as `isoTime` gives it is past. */
export function isPast(moment: string, now: Date): boolean {
  return moment === "-infinity" || (moment !== "infinity" && Date.parse(moment) <= now.getTime());
}
