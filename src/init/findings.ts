import type { ForeignKey, Table } from "../catalog.ts";
import type { StoreName } from "../manifest/input.ts";

/** What was found in a database, as far as a manifest can say it. */
export interface Findings {
  /** The name of the database. */
  readonly database: string;
  readonly owners: readonly FoundOwner[];
  /** What a person should know beside it: sentences. */
  readonly remarks: readonly string[];
}

/** A table whose rows seem to end. */
export interface FoundOwner {
  readonly name: string;
  /** Undefined for sessions that lie elsewhere. */
  readonly table: Table | undefined;
  readonly store: StoreName | undefined;
  /** The table's name, where the store does not give it. */
  readonly written: string | undefined;
  /** What differs from the store's, or what there is without one: a key of the manifest and its YAML. */
  readonly settings: readonly (readonly [key: string, yaml: string])[];
  /** What it was found by: sentences. */
  readonly evidence: readonly string[];
  /** Why it is only a comment; undefined when it is declared. */
  readonly doubt: string | undefined;
  readonly edges: readonly FoundEdge[];
  /** What its rows name, and must not end with them: a sentence each. */
  readonly mentions: readonly string[];
}

/** A table whose rows seem to be an owner's, or those of an owned row. */
export interface FoundEdge {
  readonly table: Table;
  readonly written: string;
  readonly tie: FoundTie;
  /** What the edge is called, where that is not its table's name. */
  readonly name?: string | undefined;
  /** The owned table's key, where it is not the primary key. */
  readonly key?: string | undefined;
  /** SQL over the owned row. */
  readonly keepWhen?: string | undefined;
  readonly onDelete?: "set_null" | undefined;
  readonly orphans?: "delete" | undefined;
  readonly evidence: readonly string[];
  /** Why it is only a comment; undefined when it is declared. */
  readonly doubt?: string | undefined;
  /** Whether the owner cannot be declared until somebody has decided on this: its foreign key stops its rows. */
  readonly inTheWay?: boolean | undefined;
  /** What should make whoever reads it look twice, though it is declared. */
  readonly caution?: string | undefined;
  /** Whether a foreign key says that it is tied. */
  readonly isReferential?: boolean | undefined;
  readonly owns: readonly FoundEdge[];
}

/** Whether a doubtful edge keeps its owner's rows from ending for as long as it is not declared. */
export function isInTheWay({ doubt }: FoundEdge, foreignKey: ForeignKey | undefined): boolean {
  return doubt !== undefined && foreignKey !== undefined && "ar".includes(foreignKey.onDelete);
}

export type FoundTie =
  | { readonly kind: "by"; readonly column: string }
  | {
      readonly kind: "polymorphic";
      readonly column: string;
      readonly typeColumn: string;
      readonly type: string;
    }
  /** In the manifest's notation. */
  | { readonly kind: "path"; readonly path: string }
  | { readonly kind: "pointer"; readonly column: string }
  | {
      readonly kind: "through";
      readonly written: string;
      readonly owner: string;
      readonly owned: string;
    };
