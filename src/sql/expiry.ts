import type { ExpiryRule } from "../graph.ts";
import { isUtc } from "../time-zone.ts";
import { identifier, join, literal, type Sql } from "./quote.ts";

/**
 * Whether the row behind `row` has expired, as a condition that an index on the column can serve: the
 * column stands alone, and the reckoning is done on the other side. True exactly when `momentSql` is
 * now or past.
 */
export function dueSql(rules: readonly ExpiryRule[], row: string): Sql {
  const conditions = rules.map((rule) => ruleIsDue(rule, row));
  if (conditions.length === 0) return "false" as Sql;
  return conditions.length === 1 ? (conditions[0] as Sql) : block(conditions, "\nor ");
}

function ruleIsDue(rule: ExpiryRule, row: string): Sql {
  const column = `${identifier(row)}.${identifier(rule.column)}`;
  const past = `now()${minus(rule.after)}`;
  switch (rule.kind) {
    case "instant":
      return `${column} <= ${past}` as Sql;
    case "local": {
      const zone = literal(rule.zone);
      if (isUtc(rule.zone)) {
        return `${column} <= (now() at time zone ${zone})${minus(rule.after)}` as Sql;
      }
      // Where clocks are put back an hour is lived twice, and the column alone cannot tell: it only
      // finds the rows near enough, by its index, and the second condition decides.
      const near = `(now() at time zone ${zone})${minus(rule.after)} + interval '1 day'`;
      const exactly = `${column} at time zone ${zone} <= ${past}`;
      return block([`${column} <= ${near}` as Sql, exactly as Sql], "\nand ");
    }
    case "epoch": {
      const scale = rule.unit === "milliseconds" ? 1000 : 1;
      const now =
        scale === 1 ? "extract(epoch from now())" : `extract(epoch from now()) * ${scale}`;
      const shift = rule.after === 0 ? "" : ` - ${rule.after * scale}`;
      return `${column} <= floor(${now})::bigint${shift}` as Sql;
    }
  }
}

/** When the row behind `row` expires: a timestamptz, null for never. */
export function momentSql(rules: readonly ExpiryRule[], row: string): Sql {
  const moments = rules.map((rule) => ruleMoment(rule, row));
  if (moments.length === 0) return "null::timestamptz" as Sql;
  return moments.length === 1 ? (moments[0] as Sql) : (`least${block(moments, ",\n")}` as Sql);
}

/** The last second of the year 9999: a larger epoch means "never", and must raise no error. */
const FAR = 253_402_300_799;

function ruleMoment(rule: ExpiryRule, row: string): Sql {
  const column = `${identifier(row)}.${identifier(rule.column)}`;
  switch (rule.kind) {
    case "instant":
      return `${column}${plus(rule.after)}` as Sql;
    case "local":
      return `(${column} at time zone ${literal(rule.zone)})${plus(rule.after)}` as Sql;
    case "epoch": {
      // `greatest` and `least` pass over a null, which means never here.
      const epoch =
        rule.unit === "seconds"
          ? `least(greatest(${column}, 0), ${FAR})`
          : `least(greatest(${column}, 0), ${FAR}000) / 1000.0`;
      const moment = `to_timestamp(${epoch})${plus(rule.after)}`;
      return `case\n  when ${column} is not null then\n    ${moment}\nend` as Sql;
    }
  }
}

/** Parts in brackets, one below the other. */
function block(parts: readonly Sql[], separator: string): Sql {
  return `(\n${join(parts, separator).replaceAll(/^/gm, "  ")}\n)` as Sql;
}

/** The columns that decide the expiry, for ordering: one rule's column is the order of its index. */
export function orderSql(rules: readonly ExpiryRule[], row: string): Sql {
  const [rule] = rules;
  return rules.length === 1 && rule
    ? (`order by ${identifier(row)}.${identifier(rule.column)}` as Sql)
    : ("" as Sql);
}

function plus(seconds: number): string {
  return seconds === 0 ? "" : ` + ${fixedInterval(seconds)}`;
}

function minus(seconds: number): string {
  return seconds === 0 ? "" : ` - ${fixedInterval(seconds)}`;
}

/**
 * An interval without days: a day in an interval is 23 to 25 hours long, by the TimeZone of whoever
 * asks, and a session must not live longer in one connection than in another.
 */
export function fixedInterval(seconds: number): Sql {
  if (seconds % 3600 === 0) return `interval '${plural(seconds / 3600, "hour")}'` as Sql;
  if (seconds % 60 === 0) return `interval '${plural(seconds / 60, "minute")}'` as Sql;
  return `interval '${plural(seconds, "second")}'` as Sql;
}

/** `10 minutes`, for a person and for PostgreSQL. */
export function duration(seconds: number): string {
  for (const [unit, length] of [
    ["day", 86_400],
    ["hour", 3600],
    ["minute", 60],
  ] as const) {
    if (seconds > 0 && seconds % length === 0) return plural(seconds / length, unit);
  }
  return plural(seconds, "second");
}

function plural(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
