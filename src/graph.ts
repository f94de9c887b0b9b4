import type { ForeignKey } from "./catalog.ts";
import type { DataPath, Manifest } from "./manifest/manifest.ts";

/** The manifest, resolved against a real catalog: every name is a thing that is there. */
export interface Graph {
  readonly cron: Manifest["cron"];
  readonly grants: Manifest["grants"];
  readonly owners: readonly Owner[];
  /** The search_path under which triggers of the user's run when the sweep deletes. */
  readonly path: string;
}

export type TableName = readonly [schema: string, name: string];

/** The types a key may have, named as the SQL we write names them. */
export type KeyType = "smallint" | "integer" | "bigint" | "uuid" | "text" | "bpchar";

export interface Key {
  readonly column: string;
  readonly type: KeyType;
}

export interface Owner {
  readonly name: string;
  readonly table: TableName;
  /** The table as the manifest writes it, for sentences. */
  readonly written: string;
  readonly key: Key;
  readonly expires: readonly ExpiryRule[];
  readonly data: DataColumn | undefined;
  readonly schedule: string;
  /** Seconds. */
  readonly budget: number;
  readonly logDays: number;
  /** All edges at any depth, each after the one it hangs below. */
  readonly edges: readonly Edge[];
}

export interface DataColumn {
  readonly column: string;
  readonly type: "json" | "jsonb" | "text";
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

export type Edge = ColumnEdge | DataEdge;

interface AnyEdge {
  /** `session.carts`: owner, dot, edge name. What the database calls it. */
  readonly id: string;
  readonly name: string;
  readonly owner: string;
  readonly table: TableName;
  readonly written: string;
  /** 1 for what the owner owns itself. */
  readonly depth: number;
  /** The edge this one hangs below; undefined at depth 1. */
  readonly parent: Edge | undefined;
  readonly policy: "cascade";
}

/** The owned row holds its parent's key: a foreign key. */
export interface ColumnEdge extends AnyEdge {
  readonly kind: "column";
  /** What names an owned row in lastwill.owned. */
  readonly key: readonly string[];
  readonly by: string;
  readonly parentTable: TableName;
  readonly parentKey: string;
  /** Foreign keys that the database has on this very column to this very key. */
  readonly foreignKeys: readonly ForeignKey[];
  /** Indexes that lead with the column, by name. */
  readonly indexes: readonly string[];
}

/** The owner names the owned row: links kept by triggers. */
export interface DataEdge extends AnyEdge {
  readonly kind: "data";
  readonly key: Key;
  readonly pointer: Pointer;
  /** Seconds. */
  readonly grace: number;
  readonly onReplace: "release" | "keep";
}

export type Pointer =
  | { readonly kind: "path"; readonly path: DataPath }
  | { readonly kind: "column"; readonly column: string; readonly type: KeyType };

/** The owner's data edges, in the manifest's order. */
export function dataEdges(owner: Owner): DataEdge[] {
  return owner.edges.filter((edge): edge is DataEdge => edge.kind === "data");
}

/** Data edges, of any owner, over one owned table: a row ends only when none of them names it. */
export function edgesOver(graph: Graph, table: TableName): DataEdge[] {
  return graph.owners
    .flatMap(dataEdges)
    .filter((edge) => edge.table[0] === table[0] && edge.table[1] === table[1]);
}
