import fc from "fast-check";
import { type Edge, OWNED, ownersOf, type Setup } from "./edges.ts";

/** The manifest's text; JSON is YAML. */
export function manifestText(setup: Setup): string {
  const below = (owner: string, under: string | null): unknown[] =>
    setup.edges
      .filter((each) => each.owner === owner && each.under === under)
      .map((each) => ({ ...declared(each), owns: below(owner, each.name) }));
  const owners = {
    session: { store: "connect-pg-simple", owns: below("session", null) },
    visitor: {
      table: "visitor",
      expires: "expires_at",
      data: { column: "data" },
      owns: below("visitor", null),
    },
  };
  const used = ownersOf(setup).map((owner) => [owner, owners[owner]]);
  return JSON.stringify({ cron: "none", owners: Object.fromEntries(used) });
}

function declared(edge: Edge): Record<string, unknown> {
  const { name, table, policy, mark } = edge;
  const setNull = policy === "set_null";
  const bound = edge.tie === "column" || edge.tie === "polymorphic";
  return {
    name,
    table,
    ...tieText(edge),
    ...(policy === "cascade" ? {} : { on_delete: policyText(edge) }),
    ...(policy === "soft_delete" ? { on_delete: { soft_delete: mark } } : {}),
    ...(edge.keepWhen ? { keep_when: "kept" } : {}),
    ...(edge.claim ? { claim: "user_id" } : {}),
    ...(edge.emit ? { emit: ["tenant"] } : {}),
    ...(edge.grace === bound && !setNull ? { grace: edge.grace ? "10 minutes" : 0 } : {}),
    ...(edge.keep ? { on_replace: "keep" } : {}),
    ...(edge.guard ? { guard: "owned.tenant = owner.tenant" } : {}),
  };
}

function policyText({ policy, table }: Edge): unknown {
  return policy === "archive" ? { archive: `archived_${table}` } : policy;
}

function tieText({ name, tie, on }: Edge): Record<string, unknown> {
  switch (tie) {
    case "column":
      return { by: name };
    case "polymorphic":
      return { by: { column: "whose", type_column: "kind", type: on } };
    case "through":
      return { through: { table: `join_${name}`, owner: "owner_key", owned: "owned_key" } };
    case "path":
      return { from: name };
    case "list":
      return { from: `${name}[].id` };
    default:
      return { from: { column: name } };
  }
}

/** The tables of a manifest, with a column or a join table for each edge. */
export function schemaText(setup: Setup): string {
  const keyType = (table: string) => (table === "session" ? "varchar" : "bigint");
  const columns = (table: string): string[] =>
    setup.edges.flatMap(({ name, tie, on, table: owned }) => {
      if (tie === "column" && owned === table) return [`${name} ${keyType(on)}`];
      if (tie === "pointer" && on === table) return [`${name} bigint`];
      return tie === "array" && on === table ? [`${name} bigint[]`] : [];
    });
  const create = (table: string, ...common: string[]) =>
    `create table ${table} (${[...common, ...columns(table)].join(", ")});`;
  return [
    create(
      "session",
      "sid varchar primary key",
      `sess ${setup.data} not null`,
      "expire timestamp(6) not null",
      "tenant int",
    ),
    create(
      "visitor",
      "id bigint primary key",
      "data jsonb",
      "expires_at timestamptz",
      "tenant int",
    ),
    ...OWNED.map((table) =>
      create(
        table,
        "id bigint primary key",
        "tenant int",
        "user_id int",
        "kept boolean",
        "deleted_at timestamptz",
        "gone boolean not null default false",
        "whose text",
        "kind text",
      ),
    ),
    ...setup.edges
      .filter(({ tie }) => tie === "through")
      .map(
        ({ name, on }) =>
          `create table join_${name} (owner_key ${keyType(on)}, owned_key bigint, primary key (owner_key, owned_key));`,
      ),
  ].join("\n");
}

const draw = fc.record({
  /** What it hangs on: one of the owners, or an edge drawn before. */
  above: fc.nat(5),
  table: fc.nat(2),
  tie: fc.constantFrom<Edge["tie"][]>(
    "column",
    "column",
    "polymorphic",
    "through",
    "path",
    "list",
    "list",
    "pointer",
    "array",
  ),
  grace: fc.boolean(),
  keep: fc.nat(3).map((n) => n === 0),
  guard: fc.nat(3).map((n) => n === 0),
  emit: fc.boolean(),
  setNull: fc.nat(3).map((n) => n === 0),
});

const ending = fc.record({
  policy: fc.constantFrom<Edge["policy"][]>("cascade", "cascade", "soft_delete", "archive"),
  mark: fc.constantFrom<Edge["mark"][]>("deleted_at", "gone"),
  keepWhen: fc.nat(2).map((n) => n === 0),
  claim: fc.nat(2).map((n) => n === 0),
});

type Drawn = typeof draw extends fc.Arbitrary<infer Value> ? Value : never;
type Ending = typeof ending extends fc.Arbitrary<infer Value> ? Value : never;

export const anySetup: fc.Arbitrary<Setup> = fc
  .record({
    data: fc.constantFrom<Setup["data"][]>("json", "json", "jsonb", "text"),
    draws: fc.array(draw, { minLength: 1, maxLength: 4, size: "max" }),
    endings: fc.tuple(ending, ending, ending),
  })
  .map(({ data, draws, endings }) => {
    const edges: Edge[] = [];
    for (const drawn of draws) edges.push(drawnEdge(drawn, edges, endings));
    return { data, edges: edges.map((each) => agreed(each, edges)) };
  });

/** Edges below edges lead from a to b to c, so that no table owns itself. */
function drawnEdge(drawn: Drawn, before: readonly Edge[], endings: readonly Ending[]): Edge {
  const parents = [undefined, undefined, undefined, ...before.filter(({ table }) => table !== "c")];
  const above = parents[drawn.above % parents.length];
  const first = above ? OWNED.indexOf(above.table as "a") + 1 : 0;
  const table = OWNED[first + (drawn.table % (OWNED.length - first))] ?? "c";
  const owner = above?.owner ?? (drawn.above === 1 ? "visitor" : "session");
  const on = above?.table ?? owner;
  const tie = possibleTie(drawn.tie, on, table, above !== undefined, before);
  const bound = tie === "column" || tie === "polymorphic";
  const end = endings[OWNED.indexOf(table)] as Ending;
  const setNull = bound && drawn.setNull;
  return {
    name: `e${before.length}`,
    owner,
    under: above?.name ?? null,
    on,
    table,
    tie,
    policy: setNull ? "set_null" : end.policy,
    mark: end.mark,
    keepWhen: end.keepWhen && !setNull,
    claim: end.claim && !setNull,
    emit: drawn.emit && !setNull && !before.some((other) => other.emit && other.table === table),
    grace: drawn.grace && !setNull && !(bound && above),
    keep: drawn.keep && !bound && tie !== "through",
    guard: drawn.guard && !bound && tie !== "through",
  };
}

/** An owned row has no data, and a row has one polymorphic tie to a table. */
function possibleTie(
  tie: Edge["tie"],
  on: string,
  table: string,
  nested: boolean,
  before: readonly Edge[],
): Edge["tie"] {
  if (nested && tie === "path") return "pointer";
  if (nested && tie === "list") return "array";
  const same = before.some(
    (other) => other.tie === "polymorphic" && other.on === on && other.table === table,
  );
  return tie === "polymorphic" && same ? "column" : tie;
}

/**
 * Claiming is for edges directly under an owner. A row that stays when it ends through one edge may go on naming an owner who is gone through another,
 * a polymorphic one; there the rules do not say enough.
 */
function agreed(edge: Edge, edges: readonly Edge[]): Edge {
  const over = edges.filter(({ table }) => table === edge.table);
  const claim = edge.claim && edge.under === null;
  if (over.length === 1 || over.every(({ tie }) => tie !== "polymorphic"))
    return { ...edge, claim };
  const policy = edge.policy === "soft_delete" ? "cascade" : edge.policy;
  return { ...edge, policy, keepWhen: false, claim: false };
}
