import type { Column, Table } from "../catalog.ts";
import type { StoreName } from "../manifest/input.ts";
import type { DataFormat } from "../manifest/manifest.ts";
import { type Preset, presetOf } from "../manifest/presets.ts";
import { keyType, primaryKey } from "../resolve/key.ts";
import { wordsOf } from "./names.ts";

/** A table whose rows end by themselves, as far as its shape says. */
export interface SessionTable {
  readonly table: Table;
  readonly store: StoreName | undefined;
  readonly key: string;
  readonly expires: string;
  readonly data: { readonly column: string; readonly format: DataFormat } | undefined;
  /** Whether its name or shape says that its rows are sessions; else it may be anything with an expiry. */
  readonly isSession: boolean;
}

/** Columns that a store's table has beside those of its preset. */
const BESIDE: Readonly<Record<StoreName, readonly string[]>> = {
  "connect-pg-simple": [],
  rails: ["created_at"],
  django: [],
  laravel: ["user_agent", "ip_address"],
  "better-auth": ["token", "userId"],
  authjs: ["sessionToken", "userId"],
};

const MOMENTS = ["timestamp with time zone", "timestamp without time zone"];
const INTEGERS = ["integer", "bigint"];
const TEXTS = ["text", "character varying"];
const JSONS = ["json", "jsonb"];

const EXPIRY =
  /^(?:expires?|expiry|expiration|expired)(?:_?(?:at|on|date|time))?$|^valid_?until$|^not_?after$/i;
const DATA = /^(?:sess|session_?data|data|payload|value)$/i;

/** The session table that a table is by its shape, whatever its name; undefined when it is none. */
export function sessionTable(table: Table): SessionTable | undefined {
  const stores = Object.keys(BESIDE) as StoreName[];
  const store = stores.find((name) => hasShape(table, name));
  return store === undefined ? byName(table) : ofStore(table, store);
}

function hasShape(table: Table, store: StoreName): boolean {
  const preset = presetOf(store) as Preset;
  const expires = columnOf(table, preset.expires.column);
  const key = columnOf(table, preset.key);
  const data = preset.data && columnOf(table, preset.data.column);
  const expiryTypes = preset.expires.unit ? INTEGERS : MOMENTS;
  return (
    BESIDE[store].every((name) => columnOf(table, name)) &&
    isKey(table, key) &&
    expires !== undefined &&
    expiryTypes.includes(expires.type) &&
    (preset.data === undefined || (data !== undefined && holdsData(data, preset.data.format)))
  );
}

function holdsData({ type }: Column, format: DataFormat): boolean {
  // Rails stores plain JSON where its column is of such a type.
  if (format === "ruby-marshal" || format === "json") return [...JSONS, ...TEXTS].includes(type);
  return TEXTS.includes(type);
}

function ofStore(table: Table, store: StoreName): SessionTable {
  const { key, expires, data } = presetOf(store) as Preset;
  const type = data && columnOf(table, data.column)?.type;
  const format = JSONS.includes(type ?? "") ? "json" : data?.format;
  return {
    table,
    store,
    key: keyReferredTo(table, key),
    expires: expires.column,
    data: data && format ? { column: data.column, format } : undefined,
    isSession: true,
  };
}

/** An application may refer to another key of the table than the store itself does. */
function keyReferredTo(table: Table, usual: string): string {
  const referred = table.inbound.flatMap(({ referencedColumns: [column, more] }) =>
    column !== undefined && more === undefined ? column : [],
  );
  return referred.includes(usual) ? usual : (referred[0] ?? usual);
}

function byName(table: Table): SessionTable | undefined {
  const types = [...MOMENTS, ...INTEGERS];
  const expires = table.columns.find(({ name, type }) => EXPIRY.test(name) && types.includes(type));
  const [key, more] = primaryKey(table);
  if (!expires || key === undefined || more !== undefined) return undefined;
  if (!isKey(table, columnOf(table, key))) return undefined;
  const data = table.columns.find(({ name, type }) => DATA.test(name) && JSONS.includes(type));
  return {
    table,
    store: undefined,
    key: keyReferredTo(table, key),
    expires: expires.name,
    data: data && { column: data.name, format: "json" },
    isSession: wordsOf(table.name).at(-1) === "session",
  };
}

/** The table's column of this very name. */
export function columnOf(table: Table, name: string): Column | undefined {
  return table.columns.find((column) => column.name === name);
}

/** The column that is a table's primary key; undefined where several are, or none. */
export function singlePrimaryKey(table: Table): string | undefined {
  const [column, more] = primaryKey(table);
  return more === undefined ? column : undefined;
}

/** Columns that name a row each by themselves: the primary key first. */
export function singleKeys(table: Table): Column[] {
  const unique = table.indexes.filter(
    ({ unique, valid, partial, columns }) => unique && valid && !partial && columns.length === 1,
  );
  const names = [...unique]
    .sort((a, b) => Number(b.primary) - Number(a.primary))
    .map(({ columns }) => columns[0]);
  return [...new Set(names)].flatMap((name) => {
    const column = name === null || name === undefined ? undefined : columnOf(table, name);
    return column && keyType(column.type) ? column : [];
  });
}

function isKey(table: Table, column: Column | undefined): boolean {
  return column !== undefined && singleKeys(table).includes(column);
}
