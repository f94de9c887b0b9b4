import type { ForeignKey } from "./catalog.ts";
import type { DataFormat, DataPath, Manifest, Orphans } from "./manifest/manifest.ts";

/** The manifest, resolved against a real catalog: every name is a thing that is there. */
export interface Graph {
  readonly cron: Manifest["cron"];
  readonly grants: Manifest["grants"];
  readonly owners: readonly Owner[];
  /** The search_path under which triggers of the user's run when the sweep deletes. */
  readonly path: readonly string[];
}

export type TableName = readonly [schema: string, name: string];

/** The types a key may have, named as the SQL we write names them. */
export type KeyType = "smallint" | "integer" | "bigint" | "uuid" | "text" | "bpchar";

export interface Key {
  readonly column: string;
  readonly type: KeyType;
}

/** What edges hang on: an owner, or the owned table of the edge above. */
export interface Parent {
  readonly table: TableName;
  /** The table as the manifest writes it, for sentences. */
  readonly written: string;
  /** What names a row; several columns only where nothing but plain foreign keys hang on it. */
  readonly key: readonly Key[];
}

export interface Owner extends Parent {
  readonly name: string;
  /** The name it had before. */
  readonly was: string | undefined;
  /** lastwill makes the table itself, and the application touches it. */
  readonly managed: boolean;
  readonly expires: readonly ExpiryRule[];
  readonly data: DataColumn | undefined;
  readonly schedule: string;
  /** Seconds. */
  readonly budget: number;
  readonly workers: number;
  readonly holdOver: number;
  readonly logDays: number;
  /** All edges at any depth, each after the one it hangs below. */
  readonly edges: readonly Edge[];
}

export interface DataColumn {
  readonly column: string;
  readonly type: "json" | "jsonb" | "text";
  readonly format: DataFormat;
  readonly notNull: boolean;
}

/** The row expires at `column` plus `after`. */
export type ExpiryRule = {
  readonly column: string;
  /** Seconds; 0 for none. */
  readonly after: number;
  /** As the manifest writes it. */
  readonly afterText: string | undefined;
} & (
  | { readonly kind: "instant" }
  | { readonly kind: "local"; readonly zone: string }
  | { readonly kind: "epoch"; readonly unit: "seconds" | "milliseconds" }
);

export type Edge = ColumnEdge | PolymorphicEdge | ThroughEdge | DataEdge;

/** What happens to an owned row that ends. */
export type Policy =
  | { readonly kind: "cascade" }
  | { readonly kind: "set_null" }
  | {
      readonly kind: "soft_delete";
      readonly column: string;
      readonly type: "timestamp with time zone" | "timestamp without time zone" | "boolean";
    }
  | Archive;

export interface Archive {
  readonly kind: "archive";
  readonly table: TableName;
  /** Whether the table is lastwill's own, and not one that the user has made. */
  readonly ours: boolean;
  /** The owned table's columns, as they are today. */
  readonly columns: readonly string[];
  /** Columns that the archive lacks and that have to be added to it, with their types as SQL. */
  readonly missing: readonly { readonly column: string; readonly type: string }[];
}

interface AnyEdge {
  /** `session.carts`: owner, dot, edge name. What the database calls it. */
  readonly id: string;
  readonly name: string;
  /** The name it had before. */
  readonly was: string | undefined;
  readonly owner: string;
  readonly table: TableName;
  readonly written: string;
  /** 1 for what the owner owns itself. */
  readonly depth: number;
  /** The edge this one hangs below; undefined at depth 1. */
  readonly parent: Edge | undefined;
  /** The table that this one hangs on: the owner's, or that of the edge above. */
  readonly on: Parent;
  /** What names an owned row in lastwill.owned. */
  readonly display: readonly string[];
  readonly policy: Policy;
  /** Seconds that a released row waits; 0 means not at all. */
  readonly grace: number;
  /** SQL over the owned row: such a row survives, detached. */
  readonly keepWhen: string | undefined;
  /** The column that claiming fills; a row that has it filled survives. */
  readonly claim: ClaimColumn | undefined;
  /** Columns that go to the outbox with the row. */
  readonly emit: readonly EmitColumn[];
}

export interface EmitColumn {
  readonly column: string;
  /** Whether it is of type json, which holds what jsonb refuses. */
  readonly isJson: boolean;
}

export interface ClaimColumn {
  readonly column: string;
  /** As `format_type` says it. */
  readonly type: string;
}

/** The owned row holds its parent's key: a foreign key. */
export interface ColumnEdge extends AnyEdge {
  readonly kind: "column";
  readonly by: readonly string[];
  /** Those of `by` that may be null. */
  readonly nullable: readonly string[];
  /**
   * What the foreign key does when the parent goes. `detach`: it sets the column null, and each row is
   * then decided by itself, since something may keep it.
   */
  readonly end: "cascade" | "set null" | "detach";
  /** What names a row to be decided; undefined where none is. */
  readonly key: Key | undefined;
  /** What becomes of rows that name a parent who is not there, when the foreign key is made. */
  readonly orphans: Orphans;
  /** Foreign keys that the database has on these very columns to this very key. */
  readonly foreignKeys: readonly ForeignKey[];
  /** Indexes that lead with the columns, by name. */
  readonly indexes: readonly string[];
}

/** The owned row holds a key, and in another column of which table: no foreign key is possible. */
export interface PolymorphicEdge extends AnyEdge {
  readonly kind: "polymorphic";
  readonly key: Key;
  readonly by: Key;
  /** Whether `by` may be null. */
  readonly nullable: boolean;
  readonly typeColumn: string;
  readonly typeNullable: boolean;
  readonly type: string;
  /** Indexes that find the rows of one parent, by name. */
  readonly indexes: readonly string[];
}

/** A table between the two holds both keys. */
export interface ThroughEdge extends AnyEdge {
  readonly kind: "through";
  readonly key: Key;
  readonly join: TableName;
  readonly joinWritten: string;
  /** What becomes of rows of that table that name somebody who is not there. */
  readonly orphans: Orphans;
  /** The join table's column that holds the parent's key, and what refers from it to there. */
  readonly toParent: JoinColumn;
  /** The one that holds the owned row's key. */
  readonly toOwned: JoinColumn;
}

export interface JoinColumn {
  readonly column: string;
  readonly type: KeyType;
  readonly foreignKeys: readonly ForeignKey[];
  readonly indexes: readonly string[];
}

/** The parent names the owned row: links kept by triggers. */
export interface DataEdge extends AnyEdge {
  readonly kind: "data";
  readonly key: Key;
  readonly pointer: Pointer;
  readonly onReplace: "release" | "keep";
  /** SQL over `owner` and `owned`: only such rows are tied. */
  readonly guard: string | undefined;
}

export type Pointer =
  | { readonly kind: "path"; readonly path: DataPath }
  | {
      readonly kind: "column";
      readonly column: string;
      readonly type: KeyType;
      /** Whether the column holds an array of keys. */
      readonly list: boolean;
    };

/** An edge whose rows are decided one by one, since more than a foreign key has a say. */
export type DecidedEdge = Exclude<Edge, ColumnEdge> | (ColumnEdge & { readonly key: Key });

export function isDecided(edge: Edge): edge is DecidedEdge {
  return edge.kind !== "column" || edge.end === "detach";
}

/** The owner's edges whose rows are decided one by one, in the manifest's order. */
export function decidedEdges(owner: Owner): DecidedEdge[] {
  return owner.edges.filter(isDecided);
}

/** The parent's key, where it has one column only; where it has several, nothing but foreign keys hangs on it. */
export function parentKey(edge: Edge): Key {
  const [only, ...more] = edge.on.key;
  if (!only || more.length > 0) throw new RangeError(`${edge.id} hangs on no key of one column`);
  return only;
}

/** The edges that hang on the owner itself, or on one of its edges. */
export function edgesBelow(owner: Owner, parent: Edge | undefined): Edge[] {
  return owner.edges.filter((edge) => edge.parent === parent);
}

export function isDataEdge(edge: Edge): edge is DataEdge {
  return edge.kind === "data";
}

/** The edges of all owners, in the manifest's order. */
export function edgesOf(graph: Graph): Edge[] {
  return graph.owners.flatMap((owner) => owner.edges);
}

/** All edges of any owner over one owned table: a row ends only when none of them ties it. */
export function edgesOver(graph: Graph, table: TableName): Edge[] {
  return edgesOf(graph).filter((edge) => isSameTable(edge.table, table));
}

/** The edges from the owner's own down to this one. */
export function chainTo(edge: Edge): Edge[] {
  return edge.parent ? [...chainTo(edge.parent), edge] : [edge];
}

export function isSameTable(one: TableName, other: TableName): boolean {
  return one[0] === other[0] && one[1] === other[1];
}
