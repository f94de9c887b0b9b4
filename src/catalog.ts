import { readFileSync } from "node:fs";
import type { EdgeDeclaration, Manifest } from "./manifest/manifest.ts";
import { parseTableName } from "./table-name.ts";

/** One connection that runs a query as `pg` does. */
export interface Queryable {
  query(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
}

/** What the database says of the tables that a manifest names. */
export interface Catalog {
  /** Every table, view or foreign table, for finding and for "did you mean". */
  readonly relations: readonly Relation[];
  /** Details of those that the manifest names, by the relation's oid. */
  readonly tables: ReadonlyMap<string, Table>;
  /** The TimeZone of this connection, and so of those that set none. */
  readonly timeZone: string;
  /** The schemas on this connection's search_path that are there. */
  readonly searchPath: readonly string[];
  /** Whether there is a schema lastwill. */
  readonly installed: boolean;
  readonly unknownZones: readonly string[];
  readonly unknownRoles: readonly string[];
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
  readonly columns: readonly Column[];
  readonly indexes: readonly Index[];
  /** Foreign keys of any table that point here. */
  readonly inbound: readonly ForeignKey[];
}

export interface Column {
  readonly name: string;
  /** As `format_type` says it, without length; a domain's base type. */
  readonly type: string;
  readonly notNull: boolean;
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
  /** As `pg_get_constraintdef` prints it. */
  readonly definition: string;
}

/** Finds a table as the manifest names it: by its schema, or along the search_path. */
export function findRelation(catalog: Catalog, written: string): Relation | undefined {
  const { schema, name } = parseTableName(written);
  const named = catalog.relations.filter((relation) => relation.name === name);
  if (schema !== undefined) return named.find((relation) => relation.schema === schema);
  return named
    .filter((relation) => relation.searchPathPlace !== null)
    .sort((a, b) => (a.searchPathPlace ?? 0) - (b.searchPathPlace ?? 0))[0];
}

/** Reads from the database all that checking and generating from this manifest need. It only reads. */
export async function readCatalog(database: Queryable, manifest: Manifest): Promise<Catalog> {
  const zones = manifest.owners.flatMap((owner) =>
    owner.expires.flatMap((rule) => rule.zone ?? []),
  );
  const roles = [...manifest.grants.inspect, ...manifest.grants.sweep];
  const server = (await database.query(catalogSql("server"), [zones, roles])).rows[0];
  const found = await database.query(catalogSql("relations"));
  const relations = found.rows.map((row) => ({
    oid: row["oid"],
    schema: row["schema"],
    name: row["name"],
    kind: row["kind"],
    searchPathPlace: row["search_path_place"],
  })) as Relation[];
  const catalog: Catalog = {
    relations,
    tables: new Map(),
    timeZone: server?.["time_zone"] as string,
    searchPath: server?.["search_path"] as string[],
    installed: server?.["installed"] as boolean,
    unknownZones: server?.["unknown_zones"] as string[],
    unknownRoles: server?.["unknown_roles"] as string[],
  };
  const wanted = new Map<string, Relation>();
  for (const written of tableNames(manifest)) {
    const relation = findRelation(catalog, written);
    if (relation) wanted.set(relation.oid, relation);
  }
  const details = await withoutSearchPath(database, () =>
    database.query(catalogSql("tables"), [[...wanted.keys()]]),
  );
  const tables = details.rows.map((row) => {
    const relation = wanted.get(row["oid"] as string);
    return {
      ...relation,
      estimatedRows: Number(row["estimated_rows"]),
      columns: row["columns"],
      indexes: row["indexes"],
      inbound: row["inbound"],
    } as Table;
  });
  return { ...catalog, tables: new Map(tables.map((table) => [table.oid, table])) };
}

/** So that definitions name every table with its schema. One connection, so `database` is no pool of many. */
async function withoutSearchPath<T>(database: Queryable, read: () => Promise<T>): Promise<T> {
  const { rows } = await database.query("select current_setting('search_path') as path");
  await database.query("select set_config('search_path', '', false)");
  try {
    return await read();
  } finally {
    await database.query("select set_config('search_path', $1, false)", [rows[0]?.["path"]]);
  }
}

function tableNames(manifest: Manifest): string[] {
  const below = (edges: readonly EdgeDeclaration[]): string[] =>
    edges.flatMap((edge) => [edge.table, ...below(edge.owns)]);
  return manifest.owners.flatMap((owner) => [owner.table, ...below(owner.owns)]);
}

function catalogSql(name: string): string {
  return readFileSync(new URL(`../sql/catalog/${name}.sql`, import.meta.url), "utf8");
}
