/** A thing of ours in the database, as the catalog has it. */
export interface Thing {
  /** As a lock calls it, with names as PostgreSQL prints them. */
  readonly id: string;
  /** The thing of which it is a part. */
  readonly parent: string | null;
  /** The hash in its comment. */
  readonly stamp: string | null;
  /** As PostgreSQL words it; null where nobody could say. */
  readonly definition: string | null;
  /** Of a trigger: O on, D off, R under replica alone, A always. */
  readonly enabled: "O" | "D" | "R" | "A";
  readonly valid: boolean;
  /** What others than its owner may do: `public: select`, `support: select (owner_key)`. */
  readonly rights: readonly string[];
  /** Of a view: its columns with their types, in order. Null where a rule stands on it, and of everything else. */
  readonly columns: readonly string[] | null;
}

/** A thing as a lock wants it. */
export interface WantedThing extends Thing {
  /** Other words for the same: what a dump and a restore make of the definition. */
  readonly alsoWorded?: string | undefined;
  /** The SQL that makes a routine, where its whole definition is not known: its body is in there. */
  readonly source?: string | undefined;
}
