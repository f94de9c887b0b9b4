import type { Single } from "./commands.ts";
import type { Edge, Setup } from "./edges.ts";
import type { Key, Row } from "./state.ts";

/** The statement that does so in the database. `there`: whether the row that is written is there already. */
export function statement(command: Single, setup: Setup, there: boolean): string {
  switch (command.do) {
    case "make":
      return insert(setup, command.table, command.key, command.row);
    case "write": {
      const { table, key, row, upsert } = command;
      if (upsert) {
        const keep = `on conflict (${keyOf(table)}) do update set`;
        return `${insert(setup, table, key, row)} ${keep} ${assignments(setup, table, row)}`;
      }
      return there ? update(setup, table, key, row) : insert(setup, table, key, row);
    }
    case "change":
      return update(setup, command.table, command.key, command.set);
    case "rename": {
      const { table, from, to } = command;
      return `update ${table} set ${keyOf(table)} = ${literal(to)} where ${keyOf(table)} = ${literal(from)}`;
    }
    case "delete": {
      const keys = command.keys.map(literal).join(", ");
      return `delete from ${command.table} where ${keyOf(command.table)} in (${keys})`;
    }
    case "truncate":
      return `truncate ${command.table}`;
    case "prune":
      return `delete from ${command.table} where ${expiredSql(command.table)}`;
    case "join":
      return `insert into join_${command.edge} values (${literal(command.owner)}, ${command.owned})`;
    case "unjoin":
      return `delete from join_${command.edge} where owner_key = ${literal(command.owner)} and owned_key = ${command.owned}`;
    case "adopt":
      return `select lastwill.adopt_${command.table}(${literal(command.from)}, ${literal(command.to)})`;
    case "claim":
      return `select lastwill.claim_${command.table}(${literal(command.key)}, ${command.value})`;
    case "pass":
      return "update lastwill.released set due_at = now()";
    case "sweep":
      return "call lastwill.sweep()";
  }
}

function insert(setup: Setup, table: string, key: Key, row: Row): string {
  const columns = columnsOf(setup, table, row);
  const names = [keyOf(table), ...columns.map(([column]) => column)].join(", ");
  const values = [literal(key), ...columns.map(([, value]) => value)].join(", ");
  return `insert into ${table} (${names}) values (${values})`;
}

function update(setup: Setup, table: string, key: Key, set: Row): string {
  return `update ${table} set ${assignments(setup, table, set)} where ${keyOf(table)} = ${literal(key)}`;
}

function assignments(setup: Setup, table: string, set: Row): string {
  return columnsOf(setup, table, set)
    .map(([column, value]) => `${column} = ${value}`)
    .join(", ");
}

export function keyOf(table: string): string {
  return table === "session" ? "sid" : "id";
}

export function expiredSql(table: string): string {
  return table === "session" ? "expire <= now() at time zone 'UTC'" : "expires_at <= now()";
}

/** The columns of a row and what stands in them, as SQL: what the model knows by its own names is spelt out. */
function columnsOf(setup: Setup, table: string, row: Row): [string, string][] {
  return Object.entries(row).map(([column, value]) => {
    if (column === "expired") {
      const moment = `now() ${value ? "-" : "+"} interval '1 hour'`;
      return table === "session"
        ? ["expire", `(${moment}) at time zone 'UTC'`]
        : ["expires_at", moment];
    }
    if (column === "data") {
      const text = value === null ? "{{" : JSON.stringify(spelt(value as Row, setup.edges));
      return [table === "session" ? "sess" : "data", literal(text)];
    }
    if (column === "deleted_at") return [column, value ? "now()" : "null"];
    return [column, literal(value)];
  });
}

/** A list is one of objects with an id. */
function spelt(data: Row, edges: readonly Edge[]): Row {
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => {
      const list = edges.find((edge) => edge.name === name)?.tie === "list";
      return [name, list ? (value as number[]).map((id) => ({ id })) : value];
    }),
  );
}

function literal(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return `'{${value.join(",")}}'`;
  return typeof value === "string" ? `'${value}'` : String(value);
}
