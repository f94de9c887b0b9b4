import fc from "fast-check";
import { blank, type Command } from "./commands.ts";
import { OWNED, ownersOf, type Setup } from "./edges.ts";
import { anyWay, loginBy } from "./login.ts";
import type { Key, Row } from "./state.ts";

const KEYS: Readonly<Record<string, readonly Key[]>> = {
  session: ["s1", "s2", "s3"],
  visitor: [1, 2],
  a: [1, 2, 3, 4],
  b: [1, 2, 3, 4],
  c: [1, 2, 3, 4],
};

/** Any command that makes sense for a manifest, if not at every moment. */
export function anyCommand(setup: Setup): fc.Arbitrary<Command> {
  const single = anySingle(setup);
  const several = fc.array(single, { minLength: 2, maxLength: 4 });
  const login = fc
    .tuple(anyKey("session"), anyKey("session"), anyOwnerRow(setup, "session"), anyId, anyWay)
    .map(([from, to, row, id, way]) => loginBy(way, { setup, from, to, row, id }));
  return fc.oneof(
    { weight: 14, arbitrary: single },
    { weight: 2, arbitrary: several.map((commands) => ({ do: "commit" as const, commands })) },
    { weight: 1, arbitrary: several.map((commands) => ({ do: "rollback" as const, commands })) },
    { weight: 3, arbitrary: login },
  );
}

/** What the drawing of a command needs to know of its table. */
type For<T> = (table: string) => fc.Arbitrary<T>;

function anySingle(setup: Setup): fc.Arbitrary<Command> {
  const owner = fc.constantFrom<string[]>(...ownersOf(setup));
  const used = OWNED.filter((table) => setup.edges.some((edge) => edge.table === table));
  const owned = fc.constantFrom<string[]>(...used);
  const command = (
    weight: number,
    tables: fc.Arbitrary<string>,
    draw: For<Command>,
  ): fc.WeightedArbitrary<Command> => ({ weight, arbitrary: tables.chain(draw) });
  return fc.oneof(
    command(4, owned, (table) =>
      fc.tuple(anyId, anyRow(setup, table)).map(([key, row]) => ({ do: "make", table, key, row })),
    ),
    command(6, owner, (table) => anyWrite(setup, table)),
    command(3, owned, (table) =>
      fc
        .tuple(anyId, anyChange(setup, table))
        .map(([key, set]) => ({ do: "change", table, key, set })),
    ),
    command(2, owner, (table) =>
      fc
        .tuple(anyKey(table), fc.boolean())
        .map(([key, expired]) => ({ do: "change", table, key, set: { expired } })),
    ),
    command(1, owner, (table) =>
      fc
        .tuple(anyKey(table), anyKey(table))
        .map(([from, to]) => ({ do: "rename", table, from, to })),
    ),
    command(2, owner, (table) => anyDelete(table)),
    command(1, owned, (table) => anyDelete(table)),
    command(1, fc.oneof(owner, owner, owned), (table) => fc.constant({ do: "truncate", table })),
    command(1, owner, (table) => fc.constant({ do: "prune", table })),
    command(1, owner, (table) =>
      fc
        .tuple(anyKey(table), anyKey(table))
        .map(([from, to]) => ({ do: "adopt", table, from, to })),
    ),
    command(1, owner, (table) =>
      fc
        .tuple(anyKey(table), fc.constantFrom(7, 8))
        .map(([key, value]) => ({ do: "claim", table, key, value })),
    ),
    { weight: 2, arbitrary: fc.constant({ do: "pass" }) },
    { weight: 3, arbitrary: fc.constant({ do: "sweep" }) },
    ...setup.edges
      .filter(({ tie }) => tie === "through")
      .map(({ name: edge, on }) => ({ weight: 3, arbitrary: anyJoin(edge, on) })),
  );
}

function anyDelete(table: string): fc.Arbitrary<Command> {
  return fc
    .uniqueArray(anyKey(table), { minLength: 1, maxLength: 3 })
    .map((keys) => ({ do: "delete", table, keys }));
}

function anyJoin(edge: string, on: string): fc.Arbitrary<Command> {
  return fc
    .tuple(fc.constantFrom("join" as const, "join" as const, "unjoin" as const), anyKey(on), anyId)
    .map(([does, owner, owned]) => ({ do: does, edge, owner, owned }));
}

function anyKey(table: string): fc.Arbitrary<Key> {
  return fc.constantFrom(...(KEYS[table] ?? []));
}

/** The key of an owned row. */
const anyId = fc.constantFrom(1, 2, 3, 4);

const tenant = fc.constantFrom(1, 1, 2, null);

/** A new row of an owned table, that names nobody, or whom it may belong to. */
function anyRow(setup: Setup, table: string): fc.Arbitrary<Row> {
  const ties = anyTies(setup, table);
  return fc
    .tuple(tenant, ties, anyPointers(setup, table))
    .map(([tenant, ties, pointers]) => ({ ...blank(setup, table), tenant, ...ties, ...pointers }));
}

/** Columns of an owned row that tie it, some of them. */
function anyTies(setup: Setup, table: string): fc.Arbitrary<Row> {
  const over = setup.edges.filter((edge) => edge.table === table);
  const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 2 });
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
  const pointers = under
    .filter(({ tie }) => tie === "pointer" || tie === "array")
    .map(({ name, tie }): [string, fc.Arbitrary<unknown>] => [
      name,
      tie === "pointer"
        ? fc.option(anyId, { nil: null })
        : fc.option(fc.uniqueArray(anyId, { maxLength: 3 }), { nil: null, freq: 8 }),
    ]);
  return fc.record(Object.fromEntries(pointers));
}

/** An owner's row as a store writes it, with all that it names. */
function anyOwnerRow(setup: Setup, table: string): fc.Arbitrary<Row> {
  const data = setup.edges
    .filter(({ on, tie }) => on === table && (tie === "path" || tie === "list"))
    .map(({ name, tie }): [string, fc.Arbitrary<unknown>] => [
      name,
      tie === "path" ? fc.option(anyId, { nil: null }) : fc.uniqueArray(anyId, { maxLength: 3 }),
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
  return fc
    .tuple(anyKey(table), anyOwnerRow(setup, table), fc.boolean())
    .map(([key, row, upsert]) => ({ do: "write", table, key, row, upsert }));
}

/** What an application changes of an owned row. */
function anyChange(setup: Setup, table: string): fc.Arbitrary<Row> {
  const pointers = anyPointers(setup, table);
  return fc.oneof(
    { weight: 4, arbitrary: anyTies(setup, table) },
    { weight: 2, arbitrary: pointers },
    { weight: 1, arbitrary: fc.record({ kept: fc.boolean() }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<Row>({ user_id: 9 }, { deleted_at: true }, { gone: true }),
    },
  );
}
