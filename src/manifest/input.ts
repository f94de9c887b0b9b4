/** What a manifest may say. Documented key by key in the JSON Schema; the grammar checks it. */
export interface OwnershipInput {
  /** The JSON Schema that editors check a JSON manifest against. */
  $schema?: string | undefined;
  /** The tables whose rows end, each under the name that commands and views call it by. */
  owners: Record<string, OwnerInput>;
  /** How the sweep is scheduled. Default `auto`: by pg_cron in this database, if it can be. */
  cron?: "auto" | "none" | { database: string } | undefined;
  /** The roles that may look, tie, sweep and drain. */
  grants?: GrantsInput | undefined;
}

export interface GrantsInput {
  /** May read the views and tables of schema lastwill. */
  inspect?: string[] | undefined;
  /** May adopt, claim and touch. */
  tie?: string[] | undefined;
  /** May call the sweep. */
  sweep?: string[] | undefined;
  /** May take letters from lastwill.outbox. */
  drain?: string[] | undefined;
}

/** A table whose rows end: sessions, usually. */
export interface OwnerInput {
  table?: string | undefined;
  /** Default: the table's primary key. */
  key?: string | string[] | undefined;
  /** A row expires at the earliest of these; without any, only its deletion ends it. */
  expires?: ExpiryInput | ExpiryInput[] | undefined;
  /** The column whose data names owned rows. */
  data?: DataInput | undefined;
  /** A preset for table, key, expires and data; what is written beside it wins. */
  store?: StoreName | undefined;
  sweep?: SweepInput | undefined;
  /** The sessions live outside PostgreSQL: lastwill makes the table of their keys itself. */
  managed?: boolean | undefined;
  /** The name that this owner had before: what was made for it is renamed. */
  was?: string | undefined;
  owns?: EdgeInput[] | undefined;
}

export type StoreName =
  | "connect-pg-simple"
  | "rails"
  | "django"
  | "laravel"
  | "better-auth"
  | "authjs";

/** A column that holds the moment, or the column and how to get from it to the moment. */
export type ExpiryInput =
  | string
  | {
      column: string;
      /** An interval added to the column's value, such as `30 days`. */
      after?: string | undefined;
      /** The time zone of a timestamp without time zone, such as `UTC`. */
      zone?: string | undefined;
      /** The unit of an integer column. */
      unit?: "seconds" | "milliseconds" | undefined;
    };

export interface DataInput {
  column: string;
  /** Default: the store's own, for the store's own column; else `json`. */
  format?: "json" | "ruby-marshal" | "php" | "django" | undefined;
}

export interface SweepInput {
  /** An interval, or a cron expression. Default `1 minute`. */
  every?: string | undefined;
  /** The time that one run may take. Default `20 seconds`. */
  budget?: string | undefined;
  /** The fraction of an owner's rows that may be due at once before the sweep asks. Default 0.5. */
  hold_over?: number | undefined;
  /** How many sweep at once when there is a backlog. Default 1. */
  workers?: number | undefined;
  /** How many days a run stays in the log. Default 30. */
  log_days?: number | undefined;
}

/** A tie to an owned table: exactly one of `by`, `from` and `through`. */
export interface EdgeInput {
  table: string;
  /** The owned table's column, or columns, with the owner's key; with a type column if it has many. */
  by?: string | string[] | { column: string; type_column: string; type: string } | undefined;
  /** Where the owner names the owned row: a path in its data such as `uploads[].id`, or a column. */
  from?: string | { column: string } | undefined;
  /** The table between the two. */
  through?: { table: string; owner: string; owned: string } | undefined;
  /** The owned table's key. Default: its primary key. */
  key?: string | string[] | undefined;
  /** Unique per owner. Default: the table's name. */
  name?: string | undefined;
  /** The name that this edge had before: what was made for it is renamed. */
  was?: string | undefined;
  /** What happens to an owned row that ends. Default `cascade`. */
  on_delete?: "cascade" | "set_null" | { soft_delete: string } | { archive: string } | undefined;
  /** SQL over the owned row: a row for which it holds survives, detached. */
  keep_when?: string | undefined;
  /** How long a released row waits; 0 means that it does not. Default `10 minutes`; with `by`, 0. */
  grace?: string | 0 | undefined;
  /** The column that lastwill.claim_<owner>() fills; a row that has it filled survives, detached. */
  claim?: string | undefined;
  /** Columns to put into lastwill.outbox when the row goes. */
  emit?: string[] | undefined;
  /** What happens to a row whose pointer is replaced while its owner lives on. Default `release`. */
  on_replace?: "release" | "keep" | undefined;
  /** SQL over `owner` and `owned`: only rows for which it holds are tied. */
  guard?: string | undefined;
  /** What the migration does with rows that name one that is not there. Default `stop`. */
  orphans?: "stop" | "delete" | "set_null" | undefined;
  /** What the owned rows own in turn. */
  owns?: EdgeInput[] | undefined;
}
