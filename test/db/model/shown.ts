import { isOwner, type Setup } from "./edges.ts";
import type { Model } from "./model.ts";
import { type Row, TABLES } from "./state.ts";
import { expiredSql, keyOf } from "./statements.ts";

/** All that is compared: the rows of each table. */
export type Shown = Record<string, Row[]>;

/** Rows as text, so that their order does not matter. */
export function sorted(shown: Shown): Record<string, string[]> {
  return Object.fromEntries(
    Object.keys(shown)
      .sort()
      .map((name) => [name, (shown[name] ?? []).map(flat).sort()]),
  );
}

function flat(row: Row): string {
  return JSON.stringify(
    Object.fromEntries(Object.entries(row).sort(([one], [other]) => (one < other ? -1 : 1))),
  );
}

/** What the model holds, as `showSql` shows what the database holds. */
export function pictured(model: Model, setup: Setup): Shown {
  const { ties, archived, letters } = model.state;
  const tables = TABLES.map((table): [string, Row[]] => [
    table,
    [...model.rows(table)].map(([key, { data, ...row }]) => ({ key, ...row })),
  ]);
  const through = setup.edges
    .filter(({ tie }) => tie === "through")
    .map(({ name }): [string, Row[]] => [
      `join_${name}`,
      ties
        .filter(({ edge }) => edge === name)
        .map(({ owner, owned }) => ({ owner_key: owner, owned_key: owned })),
    ]);
  return {
    ...Object.fromEntries([...tables, ...through]),
    archived,
    letters: [...letters],
    // Links say what owners name, whatever was done; what a guard keeps from being tied at first may fit it later.
    drift: [],
  } as Shown;
}

/** The query that shows all of a database that is compared, in one row. */
export function showSql(setup: Setup): string {
  const tables = TABLES.map((table) => {
    const key = keyOf(table);
    const columns = isOwner(table)
      ? [`${expiredSql(table)} as expired`, "tenant"]
      : [
          "tenant",
          "user_id",
          "kept",
          "deleted_at is not null as deleted_at",
          "gone",
          "whose",
          "case when whose is not null then kind end as kind",
        ];
    const own = setup.edges.flatMap((edge) => {
      const points = edge.tie === "pointer" || edge.tie === "array";
      const has = edge.tie === "column" ? edge.table : points ? edge.on : undefined;
      return has === table ? [edge.name] : [];
    });
    return [table, `select ${[`${key} as key`, ...columns, ...own].join(", ")} from ${table}`];
  });
  const through = setup.edges
    .filter(({ tie }) => tie === "through")
    .map(({ name }) => [`join_${name}`, `select * from join_${name}`]);
  const kept = new Set(
    setup.edges.filter(({ policy }) => policy === "archive").map(({ table }) => table),
  );
  const archived = [...kept].map(
    (table) => `select '${table}' as "table", id, tenant from archived_${table}`,
  );
  const parts = [
    ...tables,
    ...through,
    ["archived", archived.join(" union all ") || "select 1 as id where false"],
    [
      "letters",
      "select split_part(edge, '.', 2) as edge, key, (payload ->> 'tenant')::int as tenant from lastwill.outbox",
    ],
    [
      "drift",
      "select drift.* from lastwill.drift join lastwill.edge using (edge) where edge.guard is null",
    ],
  ];
  const shown = parts.map(
    ([name, query]) => `'${name}', (select coalesce(jsonb_agg(t), '[]') from (${query}) as t)`,
  );
  return `select jsonb_build_object(${shown.join(", ")}) as state`;
}
