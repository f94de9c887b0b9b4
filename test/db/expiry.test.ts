import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readCatalog } from "../../src/catalog.ts";
import type { ExpiryRule } from "../../src/graph.ts";
import { readManifest } from "../../src/manifest/read.ts";
import { resolve } from "../../src/resolve/resolve.ts";
import { dueSql, momentSql } from "../../src/sql/expiry.ts";
import { type TestDatabase, withDatabase } from "../support/database.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Moments at which clocks change, and ordinary ones; the zone of the connection must not matter. */
const CHANGES = {
  "America/New_York": ["2025-11-02T06:00:00Z", "2025-03-09T07:00:00Z"],
  "Europe/Berlin": ["2025-10-26T01:00:00Z", "2025-03-30T01:00:00Z"],
  "Australia/Lord_Howe": ["2025-04-05T15:00:00Z", "2025-10-04T15:30:00Z"],
  UTC: ["2025-06-01T00:00:00Z", "1999-12-31T23:59:59Z"],
} as const;

type Zone = keyof typeof CHANGES;

const zone = fc.constantFrom(...(Object.keys(CHANGES) as Zone[]));
const after = fc.constantFrom(0, 1, 90, 3600, 5400, 86_400, 14 * 86_400);

/** Milliseconds from one moment to another: mostly hours, so that many fall into a change of clocks. */
const offset = fc.oneof(
  fc.integer({ min: -8, max: 8 }).map((quarters) => quarters * (HOUR / 4)),
  fc.integer({ min: -3 * HOUR, max: 3 * HOUR }),
  fc.integer({ min: -40 * DAY, max: 40 * DAY }),
);

interface Sample {
  /** SQL for the column's value. */
  readonly value: string;
  readonly type: string;
  readonly rule: ExpiryRule;
}

/** Asks the server whether a row is due at `now`, and whether its moment is then past. */
async function dueAndPast(db: TestDatabase, samples: readonly Sample[], now: string) {
  const columns = samples.map(({ value, type }, index) => `${value}::${type} as c${index}`);
  const rules = samples.map(({ rule }, index) => ({ ...rule, column: `c${index}` }));
  const at = (sql: string) => sql.replaceAll("now()", `timestamptz '${now}'`);
  const [row] = await db.query<{ due: boolean | null; past: boolean | null }>(
    `select ${at(dueSql(rules, "r"))} as due,
            ${momentSql(rules, "r")} <= timestamptz '${now}' as past
     from (select ${columns.join(", ")}) as r`,
  );
  return row;
}

const sample: fc.Arbitrary<{ sample: Sample; now: string }> = fc
  .record({
    zone,
    change: fc.nat(1),
    after,
    kind: fc.constantFrom("instant", "local", "seconds", "milliseconds"),
    now: offset,
    value: offset,
  })
  .map(({ zone, change, after, kind, now, value }) => {
    const base = Date.parse(CHANGES[zone][change] ?? "");
    const at = new Date(base + value - after * 1000).toISOString();
    const common = { column: "", after, afterText: undefined };
    const samples: Record<typeof kind, Sample> = {
      instant: {
        value: `'${at}'`,
        type: "timestamptz",
        rule: { ...common, kind: "instant" },
      },
      // What a clock on a wall in that zone shows: of an hour lived twice it says no more.
      local: {
        value: `(timestamptz '${at}' at time zone '${zone}')`,
        type: "timestamp",
        rule: { ...common, kind: "local", zone },
      },
      seconds: {
        value: String(Math.floor(Date.parse(at) / 1000)),
        type: "bigint",
        rule: { ...common, kind: "epoch", unit: "seconds" },
      },
      milliseconds: {
        value: String(Date.parse(at)),
        type: "bigint",
        rule: { ...common, kind: "epoch", unit: "milliseconds" },
      },
    };
    return { sample: samples[kind], now: new Date(base + now).toISOString() };
  });

describe("a row is due exactly when its moment has come", () => {
  test.each(["UTC", "America/New_York", "Asia/Kathmandu"])(
    "by any one rule, in a connection whose TimeZone is %s",
    (timeZone) =>
      withDatabase(async (db) => {
        await db.query(`set timezone = '${timeZone}'`);
        await fc.assert(
          fc.asyncProperty(sample, async ({ sample, now }) => {
            const row = await dueAndPast(db, [sample], now);
            expect(row?.due).toBe(row?.past);
          }),
          { numRuns: 1000 },
        );
      }),
  );

  test("by the earliest of several rules, a rule without a value counting for nothing", () =>
    withDatabase(async (db) => {
      const empty = fc.boolean();
      const several = fc.array(fc.record({ given: sample, empty }), { minLength: 1, maxLength: 4 });
      await fc.assert(
        fc.asyncProperty(several, async (given) => {
          const samples = given.map(({ given, empty }) =>
            empty ? { ...given.sample, value: "null" } : given.sample,
          );
          const row = await dueAndPast(db, samples, given[0]?.given.now ?? "");
          expect(row?.due ?? false).toBe(row?.past ?? false);
        }),
        { numRuns: 300 },
      );
    }));

  test("in the hour that is lived twice, every few minutes of it", () =>
    withDatabase(async (db) => {
      const rule: ExpiryRule = {
        kind: "local",
        column: "expire",
        zone: "America/New_York",
        after: 0,
        afterText: undefined,
      };
      const at = (sql: string) => sql.replaceAll("now()", "moment");
      const wrong = await db.query(
        `select moment, expire
         from generate_series(timestamptz '2025-11-02 04:00Z', '2025-11-02 08:00Z', '7 minutes') as moment
         cross join lateral (
           select (moment + shift * interval '13 minutes') at time zone 'America/New_York' as expire
           from generate_series(-12, 12) as shift
         ) as r
         where (${at(dueSql([rule], "r"))}) is distinct from (${momentSql([rule], "r")} <= moment)`,
      );
      expect(wrong).toEqual([]);
    }));
});

test("no value of any type raises an error, nor is it due when it means never", () =>
  withDatabase(async (db) => {
    const common = { column: "", after: 14 * 86_400, afterText: undefined };
    const now = "2025-06-01T00:00:00Z";
    const epoch = (unit: "seconds" | "milliseconds", value: string): Sample => ({
      value,
      type: "bigint",
      rule: { ...common, kind: "epoch", unit },
    });
    const instant = (value: string): Sample => ({
      value: `'${value}'`,
      type: "timestamptz",
      rule: { ...common, kind: "instant" },
    });
    const local = (value: string): Sample => ({
      value: `'${value}'`,
      type: "timestamp",
      rule: { ...common, kind: "local", zone: "America/New_York" },
    });
    const never: Sample[] = [
      epoch("seconds", "9223372036854775807"),
      epoch("milliseconds", "9223372036854775807"),
      epoch("seconds", "253402300800"),
      instant("infinity"),
      local("infinity"),
      local("290000-01-01"),
    ];
    const always: Sample[] = [
      epoch("seconds", "'-9223372036854775808'"),
      epoch("milliseconds", "'-9223372036854775808'"),
      epoch("seconds", "0"),
      instant("-infinity"),
      local("-infinity"),
      instant("4700-01-01 BC"),
    ];
    for (const sample of never) {
      expect({ sample, ...(await dueAndPast(db, [sample], now)) }).toMatchObject({ due: false });
    }
    for (const sample of always) {
      expect({ sample, ...(await dueAndPast(db, [sample], now)) }).toMatchObject({ due: true });
    }
  }));

test("a time zone that the server does not know is a fault, and an offset or an abbreviation none", async () => {
  const manifest = (zone: string) =>
    readManifest(
      `owners: { session: { table: session, expires: { column: expire, zone: "${zone}" } } }`,
      "ownership.yaml",
    ).manifest;
  await withDatabase(async (db) => {
    await db.query("create table session (sid text primary key, expire timestamp)");
    const client = await db.connect();
    const faults = async (zone: string) => {
      const declared = manifest(zone);
      return resolve(declared, await readCatalog(client, declared)).faults.map(({ what }) => what);
    };
    expect(await faults("Europe/Berln")).toEqual(['the server knows no time zone "Europe/Berln"']);
    for (const known of ["UTC", "europe/berlin", "CEST", "+02"])
      expect(await faults(known)).toEqual([]);
  });
});
