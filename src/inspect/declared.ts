import type pg from "pg";
import { UsageError } from "../exit.ts";
import { didYouMean } from "../manifest/suggest.ts";
import { render } from "../sql/template.ts";

/** An edge as lastwill.edge has it. */
export interface DeclaredEdge {
  readonly edge: string;
  readonly owner: string;
  readonly owned: string;
  readonly depth: number;
  readonly parent_edge: string | null;
  readonly kind: "column" | "polymorphic" | "through" | "data";
  readonly tied_by: string;
  readonly policy: "cascade" | "set_null" | "soft_delete" | "archive";
  readonly policy_target: string | null;
  /** Whether each row is asked for other owners, and for what keeps it. */
  readonly one_by_one: boolean;
  readonly grace_seconds: number;
  readonly keep_when: string | null;
  readonly claim: string | null;
  readonly guard: string | null;
  readonly on_replace: "release" | "keep" | null;
}

/** Every edge that is declared in this database, by its name. */
export type DeclaredEdges = ReadonlyMap<string, DeclaredEdge>;

/** What is declared, as the last migration installed it. */
export async function askEdges(client: pg.ClientBase): Promise<DeclaredEdges> {
  const { rows } = await client.query<DeclaredEdge>(render("inspect/edges.sql"));
  return new Map(rows.map((row) => [row.edge, row]));
}

/** Throws UsageError for a name that is none of these, with the one that was probably meant. */
export function assertKnown(kind: "owner" | "edge", name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  throw new UsageError(`there is no ${kind} ${name}\n  ${suggestion(kind, name, known)}`);
}

function suggestion(kind: string, name: string, known: readonly string[]): string {
  if (known.length === 0) return `No ${kind} is declared.`;
  const meant = didYouMean(name, known);
  const all = `The ${kind}s are: ${known.join(", ")}.`;
  return meant === undefined ? all : `Did you mean ${meant}? ${all}`;
}
