import { expect } from "vitest";
import type { Installed } from "../../support/installed.ts";
import { type Command, fitting, imagine, type Single } from "./commands.ts";
import type { Setup } from "./edges.ts";
import { Model } from "./model.ts";
import { pictured, type Shown, showSql, sorted } from "./shown.ts";
import { statement } from "./statements.ts";

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

async function step(
  stage: Stage,
  model: Model,
  command: Command,
  played: Command[],
): Promise<void> {
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
  const [shown] = await stage.db.query<{ state: Shown }>(stage.show);
  const wanted = sorted(pictured(model, stage.setup));
  const found = sorted(shown?.state ?? {});
  if (JSON.stringify(found) === JSON.stringify(wanted)) return;
  expect(found, told(stage, played)).toEqual(wanted);
}

function told({ setup }: Stage, played: readonly Command[]): string {
  const lines = played.map((command) => `  ${JSON.stringify(command)},`);
  const edges = setup.edges.map((edge) => `  ${JSON.stringify(edge)},`);
  return `data ${setup.data}\nedges [\n${edges.join("\n")}\n]\ncommands [\n${lines.join("\n")}\n]`;
}
