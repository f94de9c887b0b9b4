import type { Queryable } from "../catalog.ts";
import { UsageError } from "../exit.ts";
import { presetOf } from "../manifest/presets.ts";
import {
  largest,
  newest,
  onlyReading,
  rowsOf,
  type SampledSession,
  type Surroundings,
  sessionsOf,
  surroundings,
} from "./ask.ts";
import { columnEdges } from "./column-edges.ts";
import { dataEdges, readData } from "./data-edges.ts";
import { parseData } from "./data-paths.ts";
import { type Expiry, expiryOf } from "./expiry.ts";
import type { Findings, FoundOwner } from "./findings.ts";
import { managedOwner } from "./managed-owner.ts";
import { writtenName } from "./names.ts";
import { columnOf, type SessionTable, sessionTable } from "./session-tables.ts";
import { ownerName, tiedOnce } from "./unique-names.ts";
import { flow, scalar } from "./yaml.ts";

/** What is told to whoever waits. */
export type Tell = (what: string) => void;

/**
 * Looks round in a database: which tables hold sessions, and what their rows own. Whatever is not sure
 * has its doubt beside it. It writes nothing.
 *
 * @throws UsageError to a role that may not read what there is to see
 */
export async function survey(database: Queryable, tell: Tell): Promise<Findings> {
  const around = await onlyReading(database, () => surroundings(database));
  const shaped = around.tables.flatMap((table) => sessionTable(table) ?? []);
  if (!shaped.some(({ isSession }) => isSession)) refuseBlindness(around);
  const owners: FoundOwner[] = [];
  for (const session of shaped.filter(isWorthIt).sort(sessionsFirst)) {
    tell(`Looking at ${session.table.name}, and at what its rows own …`);
    const name = ownerName(session.table.name, owners);
    owners.push(await ownerOf(database, around, session, name));
  }
  const isDeclared = owners.some(({ doubt }) => doubt === undefined);
  return {
    database: around.database,
    owners: isDeclared ? owners : [await managedOwner(database, around, owners), ...owners],
    remarks: around.unreadable.map(
      (table) =>
        `${writtenName(table, around.relations)} was not looked at: this role may not read it`,
    ),
  };
}

/** To whom the sessions, or everything, is shut, it would seem that there is nothing. */
function refuseBlindness({ tables, unreadable }: Surroundings): void {
  const sessions = unreadable.find((table) => sessionTable(table)?.isSession);
  if (!sessions && (tables.length > 0 || unreadable.length === 0)) return;
  const what = sessions
    ? `${sessions.name} has the columns of a table of sessions, and this role may not read it`
    : `this role may read none of the ${unreadable.length} tables here`;
  throw new UsageError(
    `${what}\n  Run init as the role that owns the tables, or grant this one select on them.`,
  );
}

/** What is no session's table may have an expiry for its own reasons, unless rows refer to it. */
function isWorthIt({ isSession, table }: SessionTable): boolean {
  return isSession || table.inbound.length > 0;
}

function sessionsFirst(one: SessionTable, other: SessionTable): number {
  return Number(other.isSession) - Number(one.isSession);
}

const NOBODY_YET =
  "It has no rows to learn from: what sessions name in their data is found in a copy of production";
const SAMPLE = 1000;
/** To inflate one takes milliseconds. */
const DJANGO_SAMPLE = 300;

async function ownerOf(
  database: Queryable,
  around: Surroundings,
  session: SessionTable,
  name: string,
): Promise<FoundOwner> {
  const { table, store, key, data, isSession } = session;
  const sample = data && (await sampleOf(database, around, session));
  const read = data && (await readData(sample, data.format));
  const expiry = await expiryFound(database, around, session, sample ?? []);
  const columns = await columnEdges(database, around, session);
  const named = await dataEdges(database, around, session, read?.sessions ?? []);
  const written = writtenName(table, around.relations);
  return {
    name,
    table,
    store,
    written: store && presetOf(store)?.table === written ? undefined : written,
    settings: settingsOf(session, expiry),
    evidence: [
      store
        ? `${written} has the columns of ${store}`
        : `${written} has an expiry, ${session.expires}, and a key, ${key}`,
      expiry.evidence,
      ...(table.estimatedRows <= 0 && (await rowsOf(database, table)) === 0 ? [NOBODY_YET] : []),
      ...(read?.problem ? [read.problem] : []),
    ],
    doubt: isSession
      ? undefined
      : "whether its rows are to end, and take along what refers to them, only you can say",
    edges: tiedOnce([...columns.edges, ...named.edges]),
    mentions: [...columns.mentions, ...named.mentions],
  };
}

function sampleOf(
  database: Queryable,
  { part }: Surroundings,
  { table, data, expires }: SessionTable,
): Promise<SampledSession[] | undefined> {
  const isLocal = columnOf(table, expires)?.type === "timestamp without time zone";
  const columns = { data: data?.column ?? "", localEnd: isLocal ? expires : undefined };
  const limit = data?.format === "django" ? DJANGO_SAMPLE : SAMPLE;
  return sessionsOf(database, table, columns, part.get(table.oid), limit);
}

async function expiryFound(
  database: Queryable,
  { timeZone }: Surroundings,
  session: SessionTable,
  sample: readonly SampledSession[],
): Promise<Expiry> {
  const { table, expires } = session;
  const type = columnOf(table, expires)?.type ?? "";
  return expiryOf(session, {
    timeZone,
    newest:
      type === "timestamp without time zone" ? await newest(database, table, expires) : undefined,
    largest: /int/.test(type) ? await largest(database, table, expires) : undefined,
    cookies: cookiesIn(sample),
  });
}

/** express-session writes into the data when the cookie ends, with its zone. */
function cookiesIn(sample: readonly SampledSession[]): { all: number; utc: number; here: number } {
  const ends = sample.flatMap(({ data, utc, here }) => {
    const parsed = data?.includes('"cookie"') ? parseData(data) : undefined;
    const { cookie } = (parsed ?? {}) as { cookie?: { expires?: unknown } };
    const end = Date.parse(String(cookie?.expires)) / 1000;
    return Number.isNaN(end) ? [] : [{ end, utc, here }];
  });
  const agree = (read: number | undefined, end: number) => Math.abs((read ?? 0) - end) <= 2;
  return {
    all: ends.length,
    utc: ends.filter(({ end, utc }) => agree(utc, end)).length,
    here: ends.filter(({ end, here }) => agree(here, end)).length,
  };
}

function settingsOf(session: SessionTable, { yaml }: Expiry): [string, string][] {
  const { store, key, data } = session;
  const preset = store && presetOf(store);
  return [
    ...(key === preset?.key ? [] : [["key", scalar(key)] as [string, string]]),
    ...(yaml === undefined ? [] : [["expires", yaml] as [string, string]]),
    ...(data && !preset?.data
      ? [["data", flow([["column", data.column]])] as [string, string]]
      : []),
  ];
}
