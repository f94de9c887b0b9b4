import type { Column, Queryable, Table } from "../catalog.ts";
import type { DataFormat } from "../manifest/manifest.ts";
import { keyType } from "../resolve/key.ts";
import { existing, fits, rowsOf, type SampledSession, type Surroundings, valuesOf } from "./ask.ts";
import { type DataValues, dataPaths, parseData } from "./data-paths.ts";
import { decoded } from "./decode.ts";
import type { FoundEdge, FoundTie } from "./findings.ts";
import { doubtful, mentioned, mostlyUnnamed } from "./mentions.ts";
import { namesTable, shownName, subjectOf, wordsOf, writtenName } from "./names.ts";
import { referringTables } from "./nested-edges.ts";
import { isFrom, pointersOf } from "./references.ts";
import { type SessionTable, singleKeys, singlePrimaryKey } from "./session-tables.ts";
import { type Rows, rowsOfTable, type Ties } from "./ties.ts";

/** Where sessions name rows: a path or a column, and what stands there how often. */
interface Place {
  readonly shown: string;
  readonly tie: FoundTie;
  /** What it speaks of. */
  readonly subject: readonly string[];
  /** Whether it says that the session has only looked at it: `lastViewed.draftId`. */
  readonly isGlance: boolean;
  /** How many sessions hold each value. */
  readonly values: ReadonlyMap<string, number>;
  /** How many sessions were looked at. */
  readonly of: number;
  /** The table that a foreign key says it names. */
  readonly table?: Table | undefined;
}

/** The sessions' data, decoded; and why it cannot be, in words. */
export interface ReadData {
  readonly sessions: readonly unknown[];
  readonly problem: string | undefined;
}

/** Reads the data of sampled sessions. */
export async function readData(
  sample: readonly SampledSession[] | undefined,
  format: DataFormat,
): Promise<ReadData> {
  if (!sample) return { sessions: [], problem: "its data could not be read in 5 seconds" };
  const texts = sample.flatMap(({ data }) => data ?? []);
  try {
    const sessions = (await decoded(texts, format)).map((json) =>
      json === null ? undefined : parseData(json),
    );
    const read = sessions.filter((session) => session !== undefined);
    const problem =
      texts.length > 0 && read.length === 0
        ? `none of ${texts.length} sampled sessions could be decoded as ${format}; is the data encrypted?`
        : undefined;
    return { sessions: read, problem };
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).split("\n")[0];
    return { sessions: [], problem: `its data could not be decoded: ${reason}` };
  }
}

/** The rows that sessions name, in their data or in a column of their table. */
export async function dataEdges(
  database: Queryable,
  around: Surroundings,
  session: SessionTable,
  data: readonly unknown[],
): Promise<Ties> {
  const places = [
    ...dataPaths(data).map((found) => pathPlace(found, data.length)),
    ...(await pointerPlaces(database, around, session)),
  ];
  const rows = (await rowsOf(database, session.table)) ?? 0;
  const edges: FoundEdge[] = [];
  const mentions: string[] = [];
  for (const place of places) {
    const match = await bestMatch(database, around, session, place);
    if (!match) continue;
    const { words, reason, doubt } = await judged(database, around, session, place, match, rows);
    if (reason === undefined) {
      const rows = await rowsOfTable(database, around, session, match.table);
      edges.push(edgeOf(around, place, match, rows, words, doubt));
    } else mentions.push(`${words}; ${reason}`);
  }
  return { edges, mentions };
}

function pathPlace({ path, names, sessions }: DataValues, of: number): Place {
  const subjects = names.map(subjectOf);
  // `cart.id` speaks of what is above it.
  const subject = subjects.at(-1)?.length ? subjects.at(-1) : subjects.at(-2);
  return {
    shown: path,
    tie: { kind: "path", path },
    subject: subject ?? [],
    isGlance: isGlance(names),
    values: sessions,
    of,
  };
}

const GLANCES: ReadonlySet<string> = new Set(
  "last viewed recent recently seen visited selected previous history favorite favourite watched".split(
    " ",
  ),
);

function isGlance(names: readonly string[]): boolean {
  return names.flatMap(wordsOf).some((word) => GLANCES.has(word));
}

async function pointerPlaces(
  database: Queryable,
  around: Surroundings,
  session: SessionTable,
): Promise<Place[]> {
  const places: Place[] = [];
  for (const { name } of pointersOf(session)) {
    const table = around.tables.find(({ inbound }) =>
      inbound.some((key) => isFrom(key, session.table) && key.columns.join("\0") === name),
    );
    const part = around.part.get(session.table.oid);
    const values = await valuesOf(database, { table: session.table, column: name, part });
    const of = [...values.values()].reduce((sum, times) => sum + times, 0);
    const tie: FoundTie = { kind: "pointer", column: name };
    places.push({
      shown: `${session.table.name}.${name}`,
      tie,
      subject: subjectOf(name),
      isGlance: isGlance([name]),
      values,
      of,
      table,
    });
  }
  return places;
}

interface Match {
  readonly table: Table;
  readonly key: Column;
  readonly found: number;
  /** Tables that are called as well, and whose keys the values are as well. */
  readonly rivals: readonly Table[];
}

const MOST_CANDIDATES = 5;
const MOST_VALUES = 1000;

/** The table and key that most of the values are keys of, among those that the place's name speaks of. */
async function bestMatch(
  database: Queryable,
  { tables }: Surroundings,
  session: SessionTable,
  { subject, values, table }: Place,
): Promise<Match | undefined> {
  const named = tables
    .filter(({ oid }) => oid !== session.table.oid)
    .flatMap((each) => {
      const rank = namesTable(subject, each.name);
      return rank === undefined ? [] : [{ table: each, rank }];
    })
    .sort((a, b) => a.rank - b.rank)
    .slice(0, MOST_CANDIDATES);
  const matches: (Omit<Match, "rivals"> & { rank: number })[] = [];
  for (const candidate of table ? [{ table, rank: 0 }] : named) {
    for (const key of singleKeys(candidate.table)) {
      const type = keyType(key.type);
      const texts = [...values.keys()].slice(0, MOST_VALUES);
      if (!type || !texts.some((value) => fits(value, type))) continue;
      const found = (await existing(database, candidate.table, key.name, type, texts)) ?? 0;
      if (found > 0) matches.push({ ...candidate, key, found });
    }
  }
  // The sort is stable: of equals the first, which is called most alike.
  const best = matches.toSorted((a, b) => b.found - a.found)[0];
  const rivals = matches.filter(
    (other) =>
      other.table !== best?.table && other.rank === best?.rank && other.found * 2 > best.found,
  );
  return best && { ...best, rivals: [...new Set(rivals.map((other) => other.table))] };
}

async function judged(
  database: Queryable,
  around: Surroundings,
  session: SessionTable,
  { shown, values, of, isGlance }: Place,
  { table, key, found, rivals }: Match,
  rows: number,
): Promise<{ words: string; reason: string | undefined; doubt: string | undefined }> {
  const sampled = Math.min(values.size, MOST_VALUES);
  const naming = {
    table: table.name,
    found,
    shared: [...values.values()].filter((sessions) => sessions > 1).length,
    rows: await rowsOf(database, table),
    // What the sampled sessions name stands for what all of them do.
    named: of === 0 ? found : found * Math.max(1, rows / of),
    referring: referringTables(table, [session.table], around.tables),
  };
  const written = (each: Table) => shownName(each, around.relations);
  const words = `${shown} → ${written(table)}.${key.name}: ${found} of ${sampled} sampled values exist`;
  const others = rivals.map(written).join(", ");
  const doubt =
    (rivals.length > 0 ? `they are keys of ${others} as well` : undefined) ??
    (isGlance ? "by its name, the session has only looked at it" : undefined) ??
    doubtful({ sampled, found }) ??
    mostlyUnnamed(naming);
  return { words, reason: mentioned(naming), doubt };
}

function edgeOf(
  around: Surroundings,
  { tie }: Place,
  { table, key }: Match,
  rows: Rows,
  words: string,
  doubt: string | undefined,
): FoundEdge {
  return {
    table,
    written: writtenName(table, around.relations),
    tie,
    key: key.name === singlePrimaryKey(table) ? undefined : key.name,
    keepWhen: rows.keepWhen,
    evidence: [words, ...rows.evidence],
    doubt: doubt ?? rows.doubt,
    owns: rows.owns,
  };
}
