import { readFileSync } from "node:fs";
import { type ConditionError, conditionsOf, readConditionErrors } from "./conditions.ts";
import type { TableName } from "./graph.ts";
import type { EdgeDeclaration, Manifest } from "./manifest/manifest.ts";
import { pathText, requoted } from "./sql/quote.ts";
import { parseTableName } from "./table-name.ts";

/** One connection that runs a query as `pg` does. */
export interface Queryable {
  query(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
}

/** What the database says of the tables that a manifest names. */
export interface Catalog {
  /** Every table, view or foreign table, for finding and for "did you mean". */
  readonly relations: readonly Relation[];
  /** Details of those that the manifest names, and of managed owners' tables that are there, by oid. */
  readonly tables: ReadonlyMap<string, Table>;
  /** The TimeZone of this connection, and so of those that set none. */
  readonly timeZone: string;
  /** What roles and this database set as TimeZone for their connections. */
  readonly timeZoneSettings: readonly TimeZoneSetting[];
  /** The schemas on this connection's search_path that are there. */
  readonly searchPath: readonly string[];
  /** Whether there is a schema lastwill. */
  readonly installed: boolean;
  readonly unknownZones: readonly string[];
  readonly unknownRoles: readonly string[];
  /** Why PostgreSQL refuses a `keep_when` or a `guard`, by where it stands in the manifest. */
  readonly conditionErrors: ReadonlyMap<string, ConditionError>;
}

/** `alter role … in database … set timezone`; null stands for all roles, or all databases. */
export interface TimeZoneSetting {
  readonly role: string | null;
  readonly database: string | null;
  readonly zone: string;
}

export interface Relation {
  readonly oid: string;
  readonly schema: string;
  readonly name: string;
  /** pg_class.relkind. */
  readonly kind: "r" | "p" | "v" | "m" | "f";
  /** Where the search_path has its schema, from 1; null when it has not. */
  readonly searchPathPlace: number | null;
}

export interface Table extends Relation {
  readonly estimatedRows: number;
  readonly comment: string | null;
  readonly columns: readonly Column[];
  readonly indexes: readonly Index[];
  /** Foreign keys of any table that point here. */
  readonly inbound: readonly ForeignKey[];
}

export interface Column {
  readonly name: string;
  /** As `format_type` says it, without length; a domain's base type. */
  readonly type: string;
  /** With length, and a domain as itself: what the column was declared as. */
  readonly declaredType: string;
  readonly notNull: boolean;
  readonly hasDefault: boolean;
  readonly generated: boolean;
}

export interface Index {
  readonly name: string;
  /** Null where the index has an expression. */
  readonly columns: readonly (string | null)[];
  readonly unique: boolean;
  readonly primary: boolean;
  readonly valid: boolean;
  readonly partial: boolean;
  readonly method: string;
}

export interface ForeignKey {
  readonly name: string;
  readonly table: readonly [schema: string, name: string];
  readonly columns: readonly string[];
  readonly referenced: readonly [schema: string, name: string];
  readonly referencedColumns: readonly string[];
  /** pg_constraint: a no action, r restrict, c cascade, n set null, d set default. */
  readonly onDelete: "a" | "r" | "c" | "n" | "d";
  readonly onUpdate: "a" | "r" | "c" | "n" | "d";
  readonly validated: boolean;
  /** As `pg_get_constraintdef` prints it, with names quoted as ours are. */
  readonly definition: string;
}

/** Finds a table as the manifest names it: by its schema, or along the search_path. */
export function findRelation(catalog: Catalog, written: string): Relation | undefined {
  const { schema, name } = parseTableName(written);
  if (schema === undefined) return firstInPath(catalog.relations, name);
  return catalog.relations.find((relation) => relation.schema === schema && relation.name === name);
}

/** What a bare name stands for along the search_path. */
export function firstInPath<T extends Relation>(
  relations: readonly T[],
  name: string,
): T | undefined {
  return relations
    .filter((relation) => relation.name === name && relation.searchPathPlace !== null)
    .sort((a, b) => (a.searchPathPlace ?? 0) - (b.searchPathPlace ?? 0))[0];
}

/** The details of a table that the manifest names. */
export function findTable(catalog: Catalog, [schema, name]: TableName): Table | undefined {
  return [...catalog.tables.values()].find(
    (table) => table.schema === schema && table.name === name,
  );
}

/**
 * The table that an `archive` names. One without a schema is made in the owned table's, so it is looked
 * for there as well.
 */
export function findArchive(
  catalog: Catalog,
  written: string,
  owned: Relation,
): Relation | undefined {
  const found = findRelation(catalog, written);
  const { schema, name } = parseTableName(written);
  if (found || schema !== undefined) return found;
  return catalog.relations.find(
    (relation) => relation.schema === owned.schema && relation.name === name,
  );
}

/** The schemas that a connection looks in, those of these tables, and temporary tables last of all. */
export function searchPathOver(catalog: Catalog, tables: readonly TableName[]): string[] {
  const schemas = tables.map(([schema]) => schema).filter((schema) => schema !== "lastwill");
  return [...new Set([...catalog.searchPath, ...schemas]), "pg_temp"];
}

/** Reads from the database all that checking and generating from this manifest need. It only reads. */
export async function readCatalog(database: Queryable, manifest: Manifest): Promise<Catalog> {
  const managed = manifest.owners.filter((owner) => owner.managed).map(({ name }) => name);
  const found = await readRelations(database, managed);
  const named: Catalog = {
    ...(await readServer(database, manifest)),
    relations: found.filter(({ schema }) => schema !== "lastwill"),
    tables: new Map(),
    conditionErrors: new Map(),
  };
  const relations = namedRelations(named, manifest);
  const ours = found.filter(({ schema }) => schema === "lastwill");
  const tables = await readTables(database, [...ours, ...relations]);
  // As the functions made of them will run.
  const path = searchPathOver(
    named,
    relations.map(({ schema, name }) => [schema, name]),
  );
  const conditionErrors = await withSearchPath(database, pathText(path), () =>
    readConditionErrors(
      database,
      conditionsOf(manifest, (written) => {
        const relation = findRelation(named, written);
        return relation?.kind === "r" ? [relation.schema, relation.name] : undefined;
      }),
    ),
  );
  return { ...named, tables: new Map(tables.map((table) => [table.oid, table])), conditionErrors };
}

/** Reads all there is to know of every table and view, whatever a manifest names. It only reads. */
export async function readEveryTable(database: Queryable): Promise<Table[]> {
  return readTables(database, await readRelations(database, []));
}

async function readRelations(database: Queryable, ours: readonly string[]): Promise<Relation[]> {
  const { rows } = await database.query(catalogSql("relations"), [ours]);
  return rows.map(({ search_path_place: searchPathPlace, ...relation }) => ({
    ...relation,
    searchPathPlace,
  })) as unknown as Relation[];
}

async function readServer(database: Queryable, { owners, grants }: Manifest) {
  const zones = owners.flatMap((owner) => owner.expires.flatMap((rule) => rule.zone ?? []));
  const roles = Object.values(grants).flat();
  const server = (await database.query(catalogSql("server"), [zones, roles])).rows[0];
  const settings = await database.query(catalogSql("time_zones"));
  return {
    timeZone: server?.["time_zone"] as string,
    timeZoneSettings: settings.rows as unknown as TimeZoneSetting[],
    searchPath: server?.["search_path"] as string[],
    installed: server?.["installed"] as boolean,
    unknownZones: server?.["unknown_zones"] as string[],
    unknownRoles: server?.["unknown_roles"] as string[],
  };
}

/** The definitions name every table with its schema. */
async function readTables(database: Queryable, relations: readonly Relation[]): Promise<Table[]> {
  const wanted = new Map(relations.map((relation) => [relation.oid, relation]));
  const details = await withSearchPath(database, "", () =>
    database.query(catalogSql("tables"), [[...wanted.keys()]]),
  );
  return details.rows.map(
    (row) =>
      ({
        ...wanted.get(row["oid"] as string),
        estimatedRows: Number(row["estimated_rows"]),
        comment: row["comment"],
        columns: row["columns"],
        indexes: row["indexes"],
        inbound: (row["inbound"] as ForeignKey[]).map((key) => ({
          ...key,
          definition: requoted(key.definition),
        })),
      }) as Table,
  );
}

/** One connection, so `database` is no pool of many. */
async function withSearchPath<T>(
  database: Queryable,
  path: string,
  read: () => Promise<T>,
): Promise<T> {
  const { rows } = await database.query("select current_setting('search_path') as path");
  await database.query("select set_config('search_path', $1, false)", [path]);
  try {
    return await read();
  } finally {
    await database.query("select set_config('search_path', $1, false)", [rows[0]?.["path"]]);
  }
}

/** Every relation that the manifest names. */
function namedRelations(catalog: Catalog, { owners }: Manifest): Relation[] {
  const below = (edges: readonly EdgeDeclaration[]): (Relation | undefined)[] =>
    edges.flatMap(({ table, tie, policy, owns }) => {
      const owned = findRelation(catalog, table);
      return [
        owned,
        tie.kind === "through" ? findRelation(catalog, tie.table) : undefined,
        policy.kind === "archive" && owned ? findArchive(catalog, policy.table, owned) : undefined,
        ...below(owns),
      ];
    });
  return owners
    .flatMap((owner) => [findRelation(catalog, owner.table), ...below(owner.owns)])
    .filter((relation) => relation !== undefined);
}

function catalogSql(name: string): string {
  return readFileSync(new URL(`../sql/catalog/${name}.sql`, import.meta.url), "utf8");
}
