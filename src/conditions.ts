import { type ForeignKey, firstInPath, type Queryable, type Relation } from "./catalog.ts";
import { pathText } from "./faults.ts";
import type { TableName } from "./graph.ts";
import type { EdgeDeclaration, Manifest } from "./manifest/manifest.ts";
import { identifier, join, qualified, type Sql } from "./sql/quote.ts";
import { render } from "./sql/template.ts";

/** Why PostgreSQL refuses a condition. */
export interface ConditionError {
  /** SQLSTATE. */
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
}

/** SQL that a manifest brings along, as a statement that plans it. */
interface Condition {
  /** Where it stands in the manifest: `owners.session.owns[0].keep_when`. */
  readonly place: string;
  readonly sql: Sql;
}

/**
 * Each `keep_when` and `guard` of a manifest whose tables are there.
 *
 * @param find the ordinary table that a name stands for
 */
export function conditionsOf(
  { owners }: Manifest,
  find: (written: string) => TableName | undefined,
): Condition[] {
  const below = (edges: readonly EdgeDeclaration[], parent: string): Condition[] =>
    edges.flatMap((edge) => {
      const owned = find(edge.table);
      const own = owned ? edgeConditions(edge, find(parent), owned) : [];
      return [...own, ...below(edge.owns, edge.table)];
    });
  return owners.flatMap((owner) => below(owner.owns, owner.table));
}

function edgeConditions(
  { path, tie, keepWhen }: EdgeDeclaration,
  owner: TableName | undefined,
  owned: TableName,
): Condition[] {
  const conditions: Condition[] = [];
  if (keepWhen !== undefined) {
    const slots = { owned, alias: owned[1], condition: keepWhen as Sql };
    const sql = render("catalog/keep_when.sql", slots);
    conditions.push({ place: pathText([...path, "keep_when"]), sql });
  }
  if (tie.kind === "data" && tie.guard !== undefined && owner) {
    const sql = render("catalog/guard.sql", { owner, owned, condition: tie.guard as Sql });
    conditions.push({ place: pathText([...path, "guard"]), sql });
  }
  return conditions;
}

/** Has PostgreSQL plan each condition, which executes nothing. Gives the errors, by place. */
export async function readConditionErrors(
  database: Queryable,
  conditions: readonly Condition[],
): Promise<Map<string, ConditionError>> {
  const errors = new Map<string, ConditionError>();
  for (const { place, sql } of conditions) {
    const error = await conditionError(database, sql);
    if (error) errors.set(place, error);
  }
  return errors;
}

/** Classes of errors that say nothing of the condition: connection, resources, operators, the system. */
const ELSEWHERE = /^(08|53|57|58|XX)/;
const INSUFFICIENT_PRIVILEGE = "42501";

async function conditionError(database: Queryable, sql: Sql): Promise<ConditionError | undefined> {
  try {
    await database.query(sql, [null]);
    return undefined;
  } catch (error) {
    const { code, message, hint } = error as Record<string, string | undefined>;
    // Who may not read the table can still declare it; then the migration is the first to know.
    if (code === INSUFFICIENT_PRIVILEGE) return undefined;
    if (code === undefined || !/^[0-9A-Z]{5}$/.test(code) || ELSEWHERE.test(code)) throw error;
    return { code, message: message ?? "", hint };
  }
}

/** Whether a condition reads a table of this name: then it knows what refers to the row. */
export function reads(condition: string, table: string): boolean {
  const name = table.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  const from = String.raw`\b(?:from|join)\s+(?:only\s+)?(?:(?:[\p{L}\p{N}_$]+|"[^"]+")\s*\.\s*)?`;
  return new RegExp(`${from}"?${name}"?(?![\\p{L}\\p{N}_$"])`, "iu").test(condition);
}

/**
 * `exists (select from orders where orders.cart_id = carts.id)`: that a row is referred to.
 *
 * @param relations all there are, for another may have the same name
 * @param when SQL over the row that refers to it
 */
export function refersTo(
  referencing: Relation,
  table: string,
  { columns, referencedColumns }: Pick<ForeignKey, "columns" | "referencedColumns">,
  relations: readonly Relation[],
  when?: string,
): Sql {
  const { oid, schema, name } = referencing;
  const isFirst = firstInPath(relations, name)?.oid === oid;
  const from = isFirst ? identifier(name) : qualified(schema, name);
  const pairs = columns.map((column, index) =>
    join([qualified(name, column), qualified(table, referencedColumns[index] ?? "")], " = "),
  );
  const further = when === undefined ? "" : ` and (${when})`;
  return `exists (select from ${from} where ${join(pairs, " and ")}${further})` as Sql;
}
