import { presetOf } from "../manifest/presets.ts";
import { sameZone } from "../resolve/zones.ts";
import { columnOf, type SessionTable } from "./session-tables.ts";
import { flow, type YamlPairs } from "./yaml.ts";

/** What the database says of the moments in an expiry column. */
export interface Moments {
  /** This database's TimeZone. */
  readonly timeZone: string;
  /** Seconds from now to the latest moment, when read as UTC and when read in that zone. */
  readonly newest: { readonly utc: number; readonly here: number } | undefined;
  /** Sessions whose data says when their cookie ends, and how many of them agree, read either way. */
  readonly cookies: { readonly all: number; readonly utc: number; readonly here: number };
  /** Of an integer column. */
  readonly largest: number | undefined;
}

/** How a manifest says when a row ends, as far as the store does not, and why. */
export interface Expiry {
  /** The YAML of `expires`; undefined where the store's is right. */
  readonly yaml: string | undefined;
  readonly evidence: string;
}

/** How an expiry column is to be read. */
export function expiryOf(session: SessionTable, moments: Moments): Expiry {
  const { table, store, expires } = session;
  const type = columnOf(table, expires)?.type ?? "";
  const preset = store && presetOf(store)?.expires;
  const after = preset?.after;
  const since = after
    ? `; a row ends ${after} after it, the store's default: say if yours differs`
    : "";
  if (type === "timestamp with time zone") {
    return {
      yaml: store ? undefined : expires,
      evidence: `${expires} has a time zone: there is nothing to decide${since}`,
    };
  }
  if (type !== "timestamp without time zone")
    return epoch(expires, preset?.unit, after, moments.largest, since);
  const { zone, because } = zoneOf(after !== undefined, moments);
  const decided = zone !== undefined && !sameZone(moments.timeZone, "UTC");
  const pairs: YamlPairs = [
    ["column", expires],
    ...(after ? ([["after", after]] as const) : []),
    ["zone", zone ?? "UTC"],
  ];
  return {
    yaml: store && !decided ? undefined : flow(pairs),
    evidence: `${expires} has no time zone: ${because}${since}`,
  };
}

/** Nothing that ends has a moment in seconds that is as large as this: the year 5138. */
const MILLISECONDS_FROM = 1e11;

function epoch(
  column: string,
  usual: string | undefined,
  after: string | undefined,
  largest: number | undefined,
  since: string,
): Expiry {
  const unit =
    largest === undefined
      ? (usual ?? "seconds")
      : largest >= MILLISECONDS_FROM
        ? "milliseconds"
        : "seconds";
  const pairs: YamlPairs = [
    ["column", column],
    ...(after ? ([["after", after]] as const) : []),
    ["unit", unit],
  ];
  const seen =
    largest === undefined ? "there is no row to tell by" : `by their size its numbers are ${unit}`;
  return {
    yaml: unit === usual ? undefined : flow(pairs),
    evidence: `${column} is a number: ${seen}${since}`,
  };
}

/** A row written a minute from now is a clock that goes wrong, not another zone. */
const AHEAD = 60;
const MOST = 0.8;

/** The zone that the moments were written in; undefined where nothing tells it. */
function zoneOf(
  isPast: boolean,
  { timeZone, newest, cookies }: Moments,
): { zone?: string; because: string } {
  if (sameZone(timeZone, "UTC")) {
    return { zone: "UTC", because: "it is read as UTC, which is this database's TimeZone too" };
  }
  for (const [zone, n, other] of [
    ["UTC", cookies.utc, cookies.here],
    [timeZone, cookies.here, cookies.utc],
  ] as const) {
    if (cookies.all > 0 && n >= cookies.all * MOST && other < cookies.all * MOST) {
      return {
        zone,
        because: `read in ${zone}, ${n} of ${cookies.all} sampled sessions end when their cookie does`,
      };
    }
  }
  if (!newest) return { because: "there is no row to tell its zone by, and UTC is assumed" };
  const [utc, here] = [newest.utc, newest.here].map(fromNow);
  const both = `the latest is ${utc} when read as UTC, ${here} in ${timeZone}, this database's TimeZone`;
  if (isPast && newest.utc > AHEAD && newest.here <= AHEAD)
    return { zone: timeZone, because: both };
  if (isPast && newest.utc <= AHEAD && newest.here > AHEAD) return { zone: "UTC", because: both };
  // Sessions that had all ended long ago would be a shop without visitors.
  if (!isPast && newest.utc < 0 && newest.here > 0) {
    return { zone: timeZone, because: `${both}, and sessions are alive; make sure that it is so` };
  }
  return { because: `${both}; UTC is assumed, so make sure which it is` };
}

function fromNow(seconds: number): string {
  const hours = Math.abs(seconds) / 3600;
  const amount = hours < 48 ? `${hours.toFixed(1)} hours` : `${(hours / 24).toFixed(1)} days`;
  return seconds < 0 ? `${amount} ago` : `in ${amount}`;
}
