import type { Path } from "../faults.ts";

/** A manifest that was read and found right in itself: presets filled in, short forms written out. */
export interface Manifest {
  readonly cron: "auto" | "none" | { readonly database: string };
  readonly grants: {
    /** Roles that may read the views and tables of schema lastwill. */
    readonly inspect: readonly string[];
    /** Roles that may adopt, claim and touch. */
    readonly tie: readonly string[];
    /** Roles that may call the sweep. */
    readonly sweep: readonly string[];
    /** Roles that may take letters from the outbox. */
    readonly drain: readonly string[];
  };
  readonly owners: readonly OwnerDeclaration[];
}

/** A table whose rows end. */
export interface OwnerDeclaration {
  readonly name: string;
  /** Where it stands in the manifest: `["owners", name]`. */
  readonly path: Path;
  /** The name it had before. */
  readonly was: string | undefined;
  /** As written: `session`, `app.session`, `app."my table"`; of a managed owner, `lastwill.session`. */
  readonly table: string;
  /** The key's columns as written; undefined means the table's primary key. */
  readonly key: readonly string[] | undefined;
  /** The sessions lie outside PostgreSQL, and lastwill keeps a table of their keys. */
  readonly managed: boolean;
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
  readonly format: DataFormat;
  /** True when a preset assumed the format, and nobody declared it. */
  readonly formatAssumed: boolean;
}

export type DataFormat = "json" | "ruby-marshal" | "php" | "django";

export interface SweepDeclaration {
  /** For pg_cron: a five-field cron expression, or `N seconds`. */
  readonly schedule: string;
  /** The time a run may take, in seconds. */
  readonly budget: number;
  /** How many sweep at once, when there is a backlog. */
  readonly workers: number;
  /** The share of the rows that may be due at once before the sweep holds. */
  readonly holdOver: number;
  /** How many days a run stays in lastwill.sweep_run. */
  readonly logDays: number;
}

/** A tie between an owner (or an owned table, when nested) and an owned table. */
export interface EdgeDeclaration {
  /** Where it stands in the manifest: `["owners", "session", "owns", 0]`. */
  readonly path: Path;
  /** Unique per owner, at any depth. */
  readonly name: string;
  /** The name it had before. */
  readonly was: string | undefined;
  /** As written. */
  readonly table: string;
  /** The owned table's key columns; undefined means its primary key. */
  readonly key: readonly string[] | undefined;
  readonly tie: Tie;
  readonly policy: PolicyDeclaration;
  /** Seconds that a released row waits to be named or adopted again; 0 means not at all. */
  readonly grace: number;
  /** SQL over the owned row: such a row survives, detached. */
  readonly keepWhen: string | undefined;
  /** The owned table's column that claiming fills; a row that has it filled survives. */
  readonly claim: string | undefined;
  /** Columns of the owned table that go to the outbox with the row. */
  readonly emit: readonly string[];
  readonly owns: readonly EdgeDeclaration[];
}

/** What happens to an owned row that ends. */
export type PolicyDeclaration =
  | { readonly kind: "cascade" }
  | { readonly kind: "set_null" }
  | { readonly kind: "soft_delete"; readonly path: Path; readonly column: string }
  /** `table` as written. */
  | { readonly kind: "archive"; readonly path: Path; readonly table: string };

/** What becomes of rows that name a row above them that is not there, when the foreign key is made. */
export type Orphans = "stop" | "delete" | "set_null";

export type Tie =
  /** The owned row holds the owner's key, in one column or several. */
  | {
      readonly kind: "column";
      readonly path: Path;
      readonly by: readonly string[];
      readonly orphans: Orphans;
    }
  /** The owned row holds a key, and says in another column of which table. */
  | {
      readonly kind: "polymorphic";
      readonly path: Path;
      readonly column: string;
      readonly typeColumn: string;
      /** What the type column holds for rows of this owner. */
      readonly type: string;
    }
  /** A table between the two holds both keys. */
  | {
      readonly kind: "through";
      readonly path: Path;
      /** As written. */
      readonly table: string;
      readonly owner: string;
      readonly owned: string;
      /** Never `set_null`: a row between the two that names nobody would be of no use. */
      readonly orphans: Orphans;
    }
  /** The owner names the owned row, in its data or in a column. */
  | {
      readonly kind: "data";
      readonly path: Path;
      readonly from: DataPath | OwnerColumn;
      /** What happens to a row whose pointer is replaced or removed while its owner lives on. */
      readonly onReplace: "release" | "keep";
      /** SQL over `owner` and `owned`: only such rows are tied. */
      readonly guard: string | undefined;
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
