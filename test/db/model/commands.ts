import { isOwner, isPointing, type Setup } from "./edges.ts";
import type { Model } from "./model.ts";
import type { Key, Row } from "./state.ts";

/** What an application, an operator or time does: plain data, so that a counterexample can be kept. */
export type Command =
  | {
      readonly do: "write";
      readonly table: string;
      readonly key: Key;
      readonly row: Row;
      readonly upsert: boolean;
    }
  | { readonly do: "make"; readonly table: string; readonly key: number; readonly row: Row }
  | { readonly do: "change"; readonly table: string; readonly key: Key; readonly set: Row }
  | { readonly do: "rename"; readonly table: string; readonly from: Key; readonly to: Key }
  | { readonly do: "delete"; readonly table: string; readonly keys: readonly Key[] }
  | { readonly do: "truncate"; readonly table: string }
  | { readonly do: "prune"; readonly table: string }
  | {
      readonly do: "join" | "unjoin";
      readonly edge: string;
      readonly owner: Key;
      readonly owned: number;
    }
  | { readonly do: "adopt"; readonly table: string; readonly from: Key; readonly to: Key }
  | { readonly do: "claim"; readonly table: string; readonly key: Key; readonly value: number }
  | { readonly do: "pass" }
  | { readonly do: "sweep" }
  | Together;

/** Several commands: in one transaction that ends so, or, a `series`, one after the other. */
export interface Together {
  readonly do: "commit" | "rollback" | "series";
  readonly commands: readonly Command[];
}

/** What can be done by one statement. */
export type Single = Exclude<Command, Together>;

/** A row with nothing in it. */
export function blank(setup: Setup, table: string): Row {
  const own = setup.edges.flatMap((edge): [string, unknown][] => {
    if (edge.tie === "column" && edge.table === table) return [[edge.name, null]];
    const points = edge.on === table && (edge.tie === "pointer" || edge.tie === "array");
    return points ? [[edge.name, null]] : [];
  });
  const common = isOwner(table)
    ? { tenant: null, expired: false, data: {} }
    : {
        tenant: null,
        user_id: null,
        kept: null,
        deleted_at: false,
        gone: false,
        whose: null,
        kind: null,
      };
  return { ...common, ...Object.fromEntries(own) };
}

/** The command as it can be done now; undefined where it cannot be. */
export function fitting(
  command: Command,
  model: Model,
  setup: Setup,
  within = false,
): Command | undefined {
  const has = (table: string, key: Key) => model.rows(table).has(key);
  switch (command.do) {
    case "make":
      // No key is given twice, as in life.
      if (model.state.made.has(`${command.table} ${command.key}`)) return undefined;
      return { ...command, row: possible(command.row, command.table, model, setup) };
    case "write": {
      // An owner that ends twice in one transaction has ended as it did the last time.
      const waited = model.state.waits.some(({ owner }) => owner === command.key);
      return within && waited && !has(command.table, command.key) ? undefined : command;
    }
    case "change": {
      if (!has(command.table, command.key)) return undefined;
      const set = possible(command.set, command.table, model, setup);
      return Object.keys(set).length === 0 ? undefined : { ...command, set };
    }
    case "rename":
      return has(command.table, command.from) && !has(command.table, command.to)
        ? command
        : undefined;
    case "delete": {
      const keys = command.keys.filter((key) => has(command.table, key));
      return keys.length === 0 ? undefined : { ...command, keys };
    }
    case "truncate":
      return setup.edges.some(
        ({ tie, on, table }) =>
          (on === command.table && (tie === "column" || tie === "through")) ||
          (table === command.table && tie === "through"),
      ) || hasStrays(command.table, model, setup)
        ? undefined
        : command;
    case "join":
    case "unjoin": {
      const { edge, owner, owned } = command;
      const { on, table } = model.edge(edge);
      const is = model.isTied(model.edge(edge), owner, owned);
      if (is !== (command.do === "unjoin")) return undefined;
      // What an owner lets go of in the transaction in which it ends, ends with it.
      if (within && command.do === "unjoin") return undefined;
      return has(on, owner) && has(table, owned) ? command : undefined;
    }
    case "adopt": {
      const some = setup.edges.some((edge) => edge.on === command.table && !isPointing(edge));
      return some && command.from !== command.to && has(command.table, command.to)
        ? command
        : undefined;
    }
    case "claim":
      return setup.edges.some((edge) => edge.on === command.table && edge.claim)
        ? command
        : undefined;
    case "sweep":
      // It commits, so no transaction can hold it.
      return within ? undefined : command;
    default:
      return command;
  }
}

/**
 * Whether rows name an owner who never was: of a table that was emptied nobody can tell who was there,
 * so they would be let go of as well.
 */
function hasStrays(table: string, model: Model, setup: Setup): boolean {
  return setup.edges.some(
    (edge) =>
      edge.on === table &&
      edge.tie === "polymorphic" &&
      [...model.rows(edge.table).values()].some(
        ({ whose, kind }) => kind === table && !isKey(model, table, whose),
      ),
  );
}

function isKey(model: Model, table: string, text: unknown): boolean {
  return [...model.rows(table).keys()].some((key) => String(key) === text);
}

/** What a foreign key would refuse is null. */
function possible(row: Row, table: string, model: Model, setup: Setup): Row {
  const known = (column: string, value: unknown) => {
    const edge = setup.edges.find(({ name }) => name === column);
    if (edge?.tie !== "column" || edge.table !== table) return true;
    return model.rows(edge.on).has(value as Key);
  };
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => [column, known(column, value) ? value : null]),
  );
}

/** Does to the model what one command does. */
export function imagine(command: Single, model: Model): void {
  switch (command.do) {
    case "make":
      model.state.made.add(`${command.table} ${command.key}`);
      model.insert(command.table, command.key, command.row);
      break;
    case "write":
      if (model.row(command.table, command.key))
        model.update(command.table, command.key, command.row);
      else model.insert(command.table, command.key, command.row);
      break;
    case "change":
      model.update(command.table, command.key, command.set);
      break;
    case "rename":
      model.rename(command.table, command.from, command.to);
      break;
    case "delete":
      model.delete(command.table, command.keys);
      break;
    case "truncate":
      model.delete(command.table, [...model.rows(command.table).keys()], true);
      break;
    case "prune":
      model.delete(command.table, model.expired(command.table));
      break;
    case "join":
      model.join(model.edge(command.edge), command.owner, command.owned);
      break;
    case "unjoin":
      model.unjoin(model.edge(command.edge), command.owner, command.owned);
      break;
    case "adopt":
      model.adopt(command.table, command.from, command.to);
      break;
    case "claim":
      model.claim(command.table, command.key, command.value);
      break;
    case "pass":
      model.pass();
      break;
    case "sweep":
      model.sweep();
      break;
  }
}
