import type { Path } from "../faults.ts";

/** A manifest that was read and found right in itself: presets filled in, short forms written out. */
export interface Manifest {
  readonly cron: "auto" | "none" | { readonly database: string };
  readonly grants: {
    /** Roles that may read the views and tables of schema lastwill. */
    readonly inspect: readonly string[];
    /** Roles that may call the sweep. */
    readonly sweep: readonly string[];
  };
  readonly owners: readonly OwnerDeclaration[];
}

/** A table whose rows end. */
export interface OwnerDeclaration {
  readonly name: string;
  /** Where it stands in the manifest: `["owners", name]`. */
  readonly path: Path;
  /** As written: `session`, `app.session`, `app."my table"`. */
  readonly table: string;
  /** The key column as written; undefined means the table's primary key. */
  readonly key: string | undefined;
  /** The row expires at the earliest of these; none means that only a deletion ends it. */
  readonly expires: readonly ExpiryDeclaration[];
  readonly data: DataDeclaration | undefined;
  readonly sweep: SweepDeclaration;
  readonly owns: readonly EdgeDeclaration[];
}

/** The moment is the column's value plus `after`. */
export interface ExpiryDeclaration {
  readonly path: Path;
  readonly column: string;
  /** Seconds added to the column's value. */
  readonly after: number;
  /** The interval as the user wrote it, for comments; undefined when there is none. */
  readonly afterText: string | undefined;
  /** The time zone of a timestamp without time zone. */
  readonly zone: string | undefined;
  /** True when a preset assumed the zone, and nobody declared it. */
  readonly zoneAssumed: boolean;
  /** The unit of an integer column. */
  readonly unit: "seconds" | "milliseconds" | undefined;
}

/** The column that holds the owner's data, and how it is encoded there. */
export interface DataDeclaration {
  readonly path: Path;
  readonly column: string;
  readonly format: "json";
}

export interface SweepDeclaration {
  /** For pg_cron: a five-field cron expression, or `N seconds`. */
  readonly schedule: string;
  /** The time a run may take, in seconds. */
  readonly budget: number;
  /** How many days a run stays in lastwill.sweep_run. */
  readonly logDays: number;
}

/** A tie between an owner (or an owned table, when nested) and an owned table. */
export interface EdgeDeclaration {
  /** Where it stands in the manifest: `["owners", "session", "owns", 0]`. */
  readonly path: Path;
  /** Unique per owner, at any depth. */
  readonly name: string;
  /** As written. */
  readonly table: string;
  /** The owned table's key column; undefined means its primary key. */
  readonly key: string | undefined;
  readonly tie: Tie;
  /** What happens to an owned row that ends. */
  readonly policy: "cascade";
  readonly owns: readonly EdgeDeclaration[];
}

export type Tie =
  /** The owned row holds the owner's key. */
  | { readonly kind: "column"; readonly path: Path; readonly by: string }
  /** The owner names the owned row, in its data or in a column. */
  | {
      readonly kind: "data";
      readonly path: Path;
      readonly from: DataPath | OwnerColumn;
      /** Seconds that a released row waits. */
      readonly grace: number;
      /** What happens to a row whose pointer is replaced or removed while its owner lives on. */
      readonly onReplace: "release" | "keep";
    };

/** `uploads[].id` is `[["uploads"], ["id"]]`: the steps down, cut at every `[]`. */
export interface DataPath {
  readonly kind: "path";
  /** As written. */
  readonly text: string;
  /** Steps down to the first list, from its elements to the next, …; the last leads to the key (may be empty: `ids[]`). */
  readonly legs: readonly (readonly string[])[];
}

export interface OwnerColumn {
  readonly kind: "column";
  readonly column: string;
}
