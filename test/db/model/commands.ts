import fc from "fast-check";
import { type Edge, isOwner, names, OWNED, ownersOf, type Setup } from "./manifests.ts";
import type { Key, Model, Row } from "./model.ts";

/** What an application, an operator or time does: plain data, so that a counterexample can be kept. */
export type Command =
  | { readonly do: "write"; readonly table: string; readonly key: Key; readonly row: Row; readonly how: "any" | "upsert" }
  | { readonly do: "make"; readonly table: string; readonly key: number; readonly row: Row }
  | { readonly do: "change"; readonly table: string; readonly key: Key; readonly set: Row }
  | { readonly do: "rename"; readonly table: string; readonly from: Key; readonly to: Key }
  | { readonly do: "delete"; readonly table: string; readonly keys: readonly Key[] }
  | { readonly do: "truncate"; readonly table: string }
  | { readonly do: "prune"; readonly table: string }
  | { readonly do: "join" | "unjoin"; readonly edge: string; readonly owner: Key; readonly owned: number }
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

const KEYS: Readonly<Record<string, readonly Key[]>> = {
  session: ["s1", "s2", "s3"],
  visitor: [1, 2],
  a: [1, 2, 3, 4],
  b: [1, 2, 3, 4],
  c: [1, 2, 3, 4],
};

/** A row with nothing in it. */
export function blank(setup: Setup, table: string): Row {
  const own = setup.edges.flatMap((edge): [string, unknown][] => {
    if (edge.tie === "column" && edge.table === table) return [[edge.name, null]];
    const points = edge.on === table && (edge.tie === "pointer" || edge.tie === "array");
    return points ? [[edge.name, null]] : [];
  });
  const common = isOwner(table)
    ? { tenant: null, expired: false, data: {} }
    : { tenant: null, user_id: null, kept: null, deleted_at: false, gone: false, whose: null, kind: null };
  return { ...common, ...Object.fromEntries(own) };
}

/** Any command that makes sense for a manifest, if not at every moment. */
export function anyCommand(setup: Setup): fc.Arbitrary<Command> {
  const single = anySingle(setup);
  const several = fc.array(single, { minLength: 2, maxLength: 4 });
  return fc.oneof(
    { weight: 14, arbitrary: single },
    { weight: 2, arbitrary: several.map((commands) => ({ do: "commit" as const, commands })) },
    { weight: 1, arbitrary: several.map((commands) => ({ do: "rollback" as const, commands })) },
    { weight: 2, arbitrary: anyRotation(setup) },
  );
}

function anySingle(setup: Setup): fc.Arbitrary<Command> {
  const owner = fc.constantFrom(...ownersOf(setup));
  const used = OWNED.filter((table) => setup.edges.some((edge) => edge.table === table));
  const owned = fc.constantFrom(...used);
  const of = <T>(
    tables: fc.Arbitrary<string>,
    make: (table: string) => fc.Arbitrary<T>,
  ) => tables.chain(make);
  const ownedOf = fc.constantFrom(...KEYS["a"] as number[]);
  const joins = setup.edges.filter(({ tie }) => tie === "through");
  const commands: [number, fc.Arbitrary<Command>][] = [
    [4, of(owned, (table) => fc.record({ do: fc.constant("make" as const), table: fc.constant(table), key: ownedOf, row: anyRow(setup, table) }))],
    [6, of(owner, (table) => anyWrite(setup, table))],
    [3, of(owned, (table) => fc.record({ do: fc.constant("change" as const), table: fc.constant(table), key: ownedOf, set: anyChange(setup, table) }))],
    [2, of(owner, (table) => fc.record({ do: fc.constant("change" as const), table: fc.constant(table), key: anyKey(table), set: fc.record({ expired: fc.boolean() }) }))],
    [1, of(owner, (table) => fc.record({ do: fc.constant("rename" as const), table: fc.constant(table), from: anyKey(table), to: anyKey(table) }))],
    [2, of(owner, (table) => fc.record({ do: fc.constant("delete" as const), table: fc.constant(table), keys: fc.uniqueArray(anyKey(table), { minLength: 1, maxLength: 3 }) }))],
    [1, of(owned, (table) => fc.record({ do: fc.constant("delete" as const), table: fc.constant(table), keys: fc.uniqueArray(anyKey(table), { minLength: 1, maxLength: 2 }) }))],
    [1, fc.oneof(owner, owner, owned).map((table) => ({ do: "truncate" as const, table }))],
    [1, owner.map((table) => ({ do: "prune" as const, table }))],
    [1, of(owner, (table) => fc.record({ do: fc.constant("adopt" as const), table: fc.constant(table), from: anyKey(table), to: anyKey(table) }))],
    [1, of(owner, (table) => fc.record({ do: fc.constant("claim" as const), table: fc.constant(table), key: anyKey(table), value: fc.constantFrom(7, 8) }))],
    [2, fc.constant({ do: "pass" as const })],
    [3, fc.constant({ do: "sweep" as const })],
    ...joins.map((edge): [number, fc.Arbitrary<Command>] => [
      3,
      fc.record({
        do: fc.constantFrom("join" as const, "join" as const, "unjoin" as const),
        edge: fc.constant(edge.name),
        owner: anyKey(edge.on),
        owned: ownedOf,
      }),
    ]),
  ];
  return fc.oneof(...commands.map(([weight, arbitrary]) => ({ weight, arbitrary })));
}

function anyKey(table: string): fc.Arbitrary<Key> {
  return fc.constantFrom(...(KEYS[table] ?? []));
}

const tenant = fc.constantFrom(1, 1, 2, null);

/** A new row of an owned table, that names nobody, or whom it may belong to. */
function anyRow(setup: Setup, table: string): fc.Arbitrary<Row> {
  const ties = anyTies(setup, table, 0.5);
  return fc
    .tuple(tenant, ties, anyPointers(setup, table))
    .map(([tenant, ties, pointers]) => ({ ...blank(setup, table), tenant, ...ties, ...pointers }));
}

/** Columns of an owned row that tie it, some of them. */
function anyTies(setup: Setup, table: string, likely: number): fc.Arbitrary<Row> {
  const over = setup.edges.filter((edge) => edge.table === table);
  const some = <T>(value: fc.Arbitrary<T>) =>
    fc.option(value, { nil: null, freq: likely > 0.4 ? 3 : 2 });
  const columns = over
    .filter(({ tie }) => tie === "column")
    .map((edge): [string, fc.Arbitrary<unknown>] => [edge.name, some(anyKey(edge.on))]);
  const kinds = over.filter(({ tie }) => tie === "polymorphic").map(({ on }) => on);
  const whose =
    kinds.length === 0
      ? fc.constant({})
      : some(
          fc
            .constantFrom(...kinds)
            .chain((kind) => anyKey(kind).map((key) => ({ whose: String(key), kind }))),
        ).map((named) => named ?? { whose: null, kind: null });
  return fc
    .tuple(fc.record(Object.fromEntries(columns)), whose)
    .map(([columns, whose]) => ({ ...columns, ...whose }));
}

/** Columns of a row that name what hangs on it. */
function anyPointers(setup: Setup, table: string): fc.Arbitrary<Row> {
  const under = setup.edges.filter((edge) => edge.on === table);
  const key = fc.constantFrom(...(KEYS["a"] as number[]));
  const pointers = under
    .filter(({ tie }) => tie === "pointer" || tie === "array")
    .map(({ name, tie }): [string, fc.Arbitrary<unknown>] => [
      name,
      tie === "pointer"
        ? fc.option(key, { nil: null })
        : fc.option(fc.uniqueArray(key, { maxLength: 3 }), { nil: null, freq: 8 }),
    ]);
  return fc.record(Object.fromEntries(pointers));
}

/** An owner's row as a store writes it, with all that it names. */
function anyOwnerRow(setup: Setup, table: string): fc.Arbitrary<Row> {
  const key = fc.constantFrom(...(KEYS["a"] as number[]));
  const data = setup.edges
    .filter(({ on, tie }) => on === table && (tie === "path" || tie === "list"))
    .map(({ name, tie }): [string, fc.Arbitrary<unknown>] => [
      name,
      tie === "path"
        ? fc.option(key, { nil: null })
        : fc.uniqueArray(key, { maxLength: 3 }),
    ]);
  const document = fc.record(Object.fromEntries(data));
  const readable = table === "session" && setup.data === "text";
  return fc
    .tuple(
      fc.constantFrom(1, 1, 1, 2),
      fc.nat(5).map((n) => n === 0),
      readable ? fc.option(document, { nil: null, freq: 6 }) : document,
      anyPointers(setup, table),
    )
    .map(([tenant, expired, data, pointers]) => ({
      ...blank(setup, table),
      tenant,
      expired,
      data,
      ...pointers,
    }));
}

function anyWrite(setup: Setup, table: string): fc.Arbitrary<Command> {
  return fc.record({
    do: fc.constant("write" as const),
    table: fc.constant(table),
    key: anyKey(table),
    row: anyOwnerRow(setup, table),
    how: fc.constantFrom("any" as const, "upsert" as const),
  });
}

/** What an application changes of an owned row. */
function anyChange(setup: Setup, table: string): fc.Arbitrary<Row> {
  const pointers = anyPointers(setup, table);
  return fc.oneof(
    { weight: 4, arbitrary: anyTies(setup, table, 0.3) },
    { weight: 2, arbitrary: pointers },
    { weight: 1, arbitrary: fc.record({ kept: fc.boolean() }) },
    { weight: 1, arbitrary: fc.constantFrom<Row>({ user_id: 9 }, { deleted_at: true }, { gone: true }) },
  );
}

/** A login gives a session another key, in each of the orders that stores have. */
function anyRotation(setup: Setup): fc.Arbitrary<Command> {
  const order = fc.constantFrom("delete first", "insert first", "old row stays", "same row emptied");
  return fc
    .tuple(order, anyKey("session"), anyKey("session"), anyOwnerRow(setup, "session"))
    .map(([order, from, to, drawn]) => {
      const row: Row = { ...drawn, expired: false };
      const write = (key: Key, row: Row): Command => ({ do: "write", table: "session", key, row, how: "upsert" });
      const remove: Command = { do: "delete", table: "session", keys: [from] };
      const adopt: Command = { do: "adopt", table: "session", from, to };
      const nothing = { ...blank(setup, "session"), tenant: row["tenant"] };
      const commands = {
        "delete first": [write(from, row), remove, write(to, row), adopt],
        "insert first": [write(from, row), write(to, nothing), remove, write(to, row), adopt],
        "old row stays": [write(from, row), write(to, row)],
        "same row emptied": [write(from, row), write(from, nothing), write(from, row)],
      }[order];
      return { do: "series" as const, commands };
    });
}

/** The command as it can be done now; undefined where it cannot be. */
export function fitting(command: Command, model: Model, setup: Setup, within = false): Command | undefined {
  const has = (table: string, key: Key) => model.rows(table).has(key);
  switch (command.do) {
    case "make":
      // No key is given twice, as in life.
      if (model.state.made.has(`${command.table} ${command.key}`)) return undefined;
      return { ...command, row: possible(command.row, command.table, model, setup) };
    case "change": {
      if (!has(command.table, command.key)) return undefined;
      const set = possible(command.set, command.table, model, setup);
      return Object.keys(set).length === 0 ? undefined : { ...command, set };
    }
    case "rename":
      return has(command.table, command.from) && !has(command.table, command.to) ? command : undefined;
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
      const is = model.isJoined(edge, owner, owned);
      if (is !== (command.do === "unjoin")) return undefined;
      return has(on, owner) && has(table, owned) ? command : undefined;
    }
    case "adopt": {
      const some = setup.edges.some((edge) => edge.on === command.table && !names(edge));
      return some && command.from !== command.to && has(command.table, command.to) ? command : undefined;
    }
    case "claim":
      return setup.edges.some((edge) => edge.on === command.table && edge.claim) ? command : undefined;
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
      return model.insert(command.table, command.key, command.row);
    case "write":
      return model.rows(command.table).has(command.key)
        ? model.update(command.table, command.key, command.row)
        : model.insert(command.table, command.key, command.row);
    case "change":
      return model.update(command.table, command.key, command.set);
    case "rename":
      return model.rename(command.table, command.from, command.to);
    case "delete":
      return model.delete(command.table, command.keys);
    case "truncate":
      return model.delete(command.table, [...model.rows(command.table).keys()], true);
    case "prune":
      return model.delete(command.table, model.expired(command.table));
    case "join":
      return model.join(model.edge(command.edge), command.owner, command.owned);
    case "unjoin":
      return model.unjoin(model.edge(command.edge), command.owner, command.owned);
    case "adopt":
      return model.adopt(command.table, command.from, command.to);
    case "claim":
      return model.claim(command.table, command.key, command.value);
    case "pass":
      return model.pass();
    case "sweep":
      return model.sweep();
  }
}

/** The statement that does so in the database. `there`: whether the row that is written is there already. */
export function statement(command: Single, setup: Setup, there: boolean): string {
  switch (command.do) {
    case "make":
      return insert(setup, command.table, command.key, command.row);
    case "write": {
      const { table, key, row, how } = command;
      if (how === "upsert") {
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
