import { expect } from "vitest";
import type { Installed } from "../../support/installed.ts";
import {
  type Command,
  expiredSql,
  fitting,
  imagine,
  keyOf,
  type Single,
  statement,
} from "./commands.ts";
import { isOwner, type Setup } from "./manifests.ts";
import { Model, type Row } from "./model.ts";

const TABLES = ["session", "visitor", "a", "b", "c"];

/** A database with a manifest in it, used for one sequence of commands after another. */
export interface Stage {
  readonly db: Installed;
  readonly setup: Setup;
  /** The statement that empties all tables, behind the triggers' backs. */
  readonly empty: string;
  /** The query that shows all that is compared. */
  readonly show: string;
}

export async function stage(db: Installed, setup: Setup): Promise<Stage> {
  const tables = await db.query<{ name: string }>(`
    select format('%I.%I', schemaname, tablename) as name
    from pg_tables
    where schemaname in ('public', 'lastwill') and tablename not like '%migrations'`);
  const empty = tables.map(({ name }) => `delete from ${name};`).join("\n");
  return {
    db,
    setup,
    empty: `set session_replication_role = replica;\n${empty}\nreset session_replication_role;`,
    show: showSql(setup),
  };
}

/** Plays the commands that are possible, and compares the database with the model after each. */
export async function play(stage: Stage, commands: readonly Command[]): Promise<void> {
  await stage.db.query(stage.empty);
  const model = new Model(stage.setup);
  const played: Command[] = [];
  for (const command of commands) await step(stage, model, command, played);
}

async function step(stage: Stage, model: Model, command: Command, played: Command[]): Promise<void> {
  const { db } = stage;
  if (!("commands" in command)) return single(stage, model, command, played, false);
  if (command.do === "series") {
    for (const each of command.commands) await step(stage, model, each, played);
    return;
  }
  const before = structuredClone(model.state);
  const within: Command[] = [];
  played.push({ do: command.do, commands: within });
  await db.query("begin");
  for (const each of command.commands) {
    if (!("commands" in each)) await single(stage, model, each, within, true, played);
  }
  await db.query(command.do);
  if (command.do === "rollback") model.state = before;
  await compare(stage, model, played);
}

async function single(
  stage: Stage,
  model: Model,
  drawn: Single,
  played: Command[],
  within: boolean,
  all: readonly Command[] = played,
): Promise<void> {
  const command = fitting(drawn, model, stage.setup, within) as Single | undefined;
  if (!command) return;
  const there = command.do === "write" && model.rows(command.table).has(command.key);
  played.push(command);
  imagine(command, model);
  try {
    await stage.db.query(statement(command, stage.setup, there));
  } catch (error) {
    if (within) await stage.db.query("rollback");
    throw new Error(`${(error as Error).message}\n${told(stage, all)}`, { cause: error });
  }
  try {
    await compare(stage, model, all);
  } catch (error) {
    if (within) await stage.db.query("rollback");
    throw error;
  }
}

async function compare(stage: Stage, model: Model, played: readonly Command[]): Promise<void> {
  const [shown] = await stage.db.query<{ state: Row }>(stage.show);
  const wanted = sorted(pictured(model, stage.setup));
  const found = sorted(shown?.state as Shown);
  if (JSON.stringify(found) === JSON.stringify(wanted)) return;
  expect(found, told(stage, played)).toEqual(wanted);
}

function told({ setup }: Stage, played: readonly Command[]): string {
  const lines = played.map((command) => `  ${JSON.stringify(command)},`);
  const edges = setup.edges.map((edge) => `  ${JSON.stringify(edge)},`);
  return `data ${setup.data}\nedges [\n${edges.join("\n")}\n]\ncommands [\n${lines.join("\n")}\n]`;
}

type Shown = Record<string, Row[]>;

function sorted(shown: Shown): Record<string, string[]> {
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
function pictured(model: Model, setup: Setup): Shown {
  const { joins, archived, letters } = model.state;
  const tables = TABLES.map((table): [string, Row[]] => [
    table,
    [...model.rows(table)].map(([key, { data, ...row }]) => ({ key, ...row })),
  ]);
  const through = setup.edges
    .filter(({ tie }) => tie === "through")
    .map(({ name }): [string, Row[]] => [
      `join_${name}`,
      joins
        .filter(({ edge }) => edge === name)
        .map(({ owner, owned }) => ({ owner_key: owner, owned_key: owned })),
    ]);
  return { ...Object.fromEntries([...tables, ...through]), archived, letters: [...letters] } as Shown;
}

function showSql(setup: Setup): string {
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
  ];
  const shown = parts.map(
    ([name, query]) => `'${name}', (select coalesce(jsonb_agg(t), '[]') from (${query}) as t)`,
  );
  return `select jsonb_build_object(${shown.join(", ")}) as state`;
}
