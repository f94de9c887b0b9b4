import type { Column, ForeignKey, Table } from "../catalog.ts";
import { plain, singular } from "../manifest/suggest.ts";
import { comparable, keyType } from "../resolve/key.ts";
import { subjectOf, wordsOf } from "./names.ts";
import { columnOf, type SessionTable, singlePrimaryKey } from "./session-tables.ts";

/** A column that holds keys of another table, or seems to. */
export interface Reference {
  readonly table: Table;
  readonly column: Column;
  /** Undefined where only name and type speak for it. */
  readonly foreignKey: ForeignKey | undefined;
}

/** A table of the schema's that each row of is a pair: `session_documents`. */
export interface Join {
  readonly table: Table;
  readonly owner: Reference;
  readonly owned: Reference;
  readonly ownedTable: Table;
  readonly ownedKey: string;
}

/** The columns of other tables that hold a session's key: by foreign key, or by name and type. */
export function referencesTo(session: SessionTable, tables: readonly Table[]): Reference[] {
  return tables
    .filter((table) => table.oid !== session.table.oid)
    .flatMap((table) => {
      const all = table.columns.flatMap(
        (column) => reference(table, column, session, tables) ?? [],
      );
      return all.filter((each) => each.foreignKey || !all.some((other) => other.foreignKey));
    });
}

function reference(
  table: Table,
  column: Column,
  session: SessionTable,
  tables: readonly Table[],
): Reference | undefined {
  const foreignKey = foreignKeyOf(table, column.name, session.table);
  if (foreignKey) {
    return foreignKey.referencedColumns[0] === session.key
      ? { table, column, foreignKey }
      : undefined;
  }
  const key = keyType(columnOf(session.table, session.key)?.type ?? "");
  const type = keyType(column.type);
  const fits = key !== undefined && type !== undefined && comparable(key, type);
  if (!fits || column.generated || !seemsToName(column.name, session)) return undefined;
  // What refers to something else says so.
  if (tables.some((other) => foreignKeyOf(table, column.name, other))) return undefined;
  return { table, column, foreignKey: undefined };
}

function seemsToName(name: string, { table, key, isSession }: SessionTable): boolean {
  const stems = [table.name, singular(table.name), wordsOf(table.name).at(-1) ?? ""];
  const ends = ["id", "sid", "key", "token", key];
  const names = [
    ...[...stems, ...(isSession ? ["session"] : [])].flatMap((stem) =>
      ends.map((end) => plain(stem + end)),
    ),
    ...(isSession ? [plain(key), "sid"] : []),
  ];
  // `id` names no session, and neither does the column of a table's own key.
  return plain(name) !== "id" && names.includes(plain(name));
}

/** Other tables that a column without a foreign key could name as well: numbers are keys of any. */
export function rivalsOf(
  { column, foreignKey }: Reference,
  session: SessionTable,
  tables: readonly Table[],
): Table[] {
  const type = keyType(column.type);
  if (foreignKey || type === undefined || type === "uuid") return [];
  return tables.filter((table) => {
    const key = singlePrimaryKey(table);
    const other = key === undefined ? undefined : keyType(columnOf(table, key)?.type ?? "");
    const isAlike = wordsOf(table.name).at(-1) === wordsOf(session.table.name).at(-1);
    return table.oid !== session.table.oid && isAlike && other && comparable(other, type);
  });
}

/** The foreign key of this one column to a table. */
export function foreignKeyOf(table: Table, column: string, to: Table): ForeignKey | undefined {
  return to.inbound.find(
    (foreignKey) => isFrom(foreignKey, table) && foreignKey.columns.join("\0") === column,
  );
}

export function isFrom({ table: [schema, name] }: ForeignKey, table: Table): boolean {
  return table.schema === schema && table.name === name;
}

const OF_A_PAIR = /^(?:id|position|ordinal|created_?at|updated_?at|inserted_?at|added_?at)$/i;

/** What a reference makes of its table: half of a pair, when there is little else in it but another key. */
export function joinOf(
  owner: Reference,
  session: Table,
  tables: readonly Table[],
): Join | undefined {
  const { table } = owner;
  const others = tables
    .filter(({ oid }) => oid !== session.oid && oid !== table.oid)
    .flatMap((to) =>
      table.columns.flatMap((column) => {
        const foreignKey = foreignKeyOf(table, column.name, to);
        return foreignKey ? [{ to, reference: { table, column, foreignKey } }] : [];
      }),
    );
  const [other, more] = others;
  const bare = table.columns.every(
    ({ name }) =>
      name === owner.column.name || name === other?.reference.column.name || OF_A_PAIR.test(name),
  );
  const ownedKey = other?.reference.foreignKey.referencedColumns[0];
  if (!other || more || !bare || ownedKey === undefined) return undefined;
  // A row that may do without one of the two is more than a pair.
  if (!owner.column.notNull || !other.reference.column.notNull) return undefined;
  return { table, owner, owned: other.reference, ownedTable: other.to, ownedKey };
}

/** Columns of a session that hold other rows' keys, by foreign key or by the name of a table. */
export function pointersOf(session: SessionTable): Column[] {
  const own = [session.key, session.expires, session.data?.column];
  return session.table.columns.filter(
    ({ name, type }) =>
      !own.includes(name) &&
      name !== "id" &&
      keyType(type) !== undefined &&
      subjectOf(name).length > 0,
  );
}

/** A column that holds a key, and one that says of which table. */
export interface PolymorphicPair {
  readonly table: Table;
  readonly column: Column;
  readonly type: Column;
}

/** Pairs of columns that say of which table they hold a key: `owner_id` and `owner_type`. */
export function polymorphicPairs(tables: readonly Table[]): PolymorphicPair[] {
  return tables.flatMap((table) =>
    table.columns.flatMap((type) => {
      const stem = /^(.+?)_?type$/i.exec(type.name)?.[1];
      if (stem === undefined || keyType(type.type) !== "text") return [];
      const column = table.columns.find(({ name }) =>
        ["id", "key", "uuid"].some((end) => plain(name) === plain(stem + end)),
      );
      return column && keyType(column.type) ? [{ table, column, type }] : [];
    }),
  );
}

/** Whether a polymorphic type is a table's: `Session`, `App\Models\Session`, `Shop::Session`. */
export function isTypeOf(type: string, table: Table): boolean {
  const word = wordsOf(type.split(/::|[\\/.]/).at(-1) ?? "");
  const words = wordsOf(table.name);
  return word.length > 0 && (word.join() === words.join() || word.join() === words.at(-1));
}
