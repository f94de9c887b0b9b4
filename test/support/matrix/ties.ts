/** Where an edge runs: from which table to which. */
export interface Place {
  readonly parent: string;
  /** The parent's column that edges hold, and its type. */
  readonly key: string;
  readonly type: "text" | "bigint";
  readonly owned: string;
  /** A table between the two, for an edge through one. */
  readonly between: string;
}

type Ids = readonly number[];

/** One way in which a row can be tied, told by schema, manifest, and what an application would write. */
export interface Tie {
  readonly kind: "column" | "polymorphic" | "through" | "data";
  /** The keys of the edge that say the tie. */
  readonly edge: (place: Place, schema: string) => Record<string, unknown>;
  /** The owner's key, where it is not `sid`. */
  readonly key?: unknown;
  readonly parentColumns?: string;
  readonly ownedColumns?: (place: Place) => string;
  readonly tables?: (place: Place) => string;
  /** Whether one parent can tie several rows. */
  readonly many: boolean;
  /** The column and value that a new parent names rows by. */
  readonly names?: (ids: Ids) => readonly [column: string, value: string];
  readonly tie: (place: Place, parent: number, ids: Ids) => string;
  readonly untie: (place: Place, parent: number) => string;
  /** A parent ties these rows instead of those that it ties; only where that is an edge's own affair. */
  readonly replace?: (place: Place, parent: number, ids: Ids) => string;
  /** The rows that are tied to a parent that is there. */
  readonly tied: (place: Place) => string;
  /** The columns that tie a row, which its archived copy may have lost. */
  readonly tying: readonly string[];
}

function keyOf({ type }: Place, n: number): string {
  return type === "text" ? `'${n}'` : `${n}`;
}

const column: Tie = {
  kind: "column",
  edge: () => ({ by: "parent_key" }),
  ownedColumns: ({ type }) => `parent_key ${type}`,
  many: true,
  tie: (place, parent, ids) =>
    `update ${place.owned} set parent_key = ${keyOf(place, parent)} where id in (${ids})`,
  untie: (place, parent) =>
    `update ${place.owned} set parent_key = null where parent_key = ${keyOf(place, parent)}`,
  tied: ({ owned, parent, key }) =>
    `select o.id from ${owned} as o join ${parent} as p on p.${key} = o.parent_key`,
  tying: ["parent_key"],
};

const several: Tie = {
  ...column,
  edge: () => ({ by: ["parent_realm", "parent_key"] }),
  key: ["realm", "sid"],
  ownedColumns: ({ type }) => `parent_realm text, parent_key ${type}`,
  tie: (place, parent, ids) =>
    `update ${place.owned} set parent_realm = 'r', parent_key = ${keyOf(place, parent)} where id in (${ids})`,
  untie: (place, parent) =>
    `update ${place.owned} set parent_realm = null, parent_key = null where parent_key = ${keyOf(place, parent)}`,
  tied: ({ owned, parent, key }) =>
    `select o.id from ${owned} as o join ${parent} as p on p.realm = o.parent_realm and p.${key} = o.parent_key`,
  tying: ["parent_realm", "parent_key"],
};

const polymorphic: Tie = {
  kind: "polymorphic",
  edge: () => ({ by: { column: "parent_key", type_column: "parent_type", type: "Parent" } }),
  ownedColumns: ({ type }) => `parent_key ${type}, parent_type text`,
  many: true,
  tie: (place, parent, ids) =>
    `update ${place.owned} set parent_key = ${keyOf(place, parent)}, parent_type = 'Parent' where id in (${ids})`,
  untie: (place, parent) =>
    `update ${place.owned} set parent_key = null, parent_type = null
     where parent_key = ${keyOf(place, parent)} and parent_type = 'Parent'`,
  tied: ({ owned, parent, key }) =>
    `select o.id from ${owned} as o
     join ${parent} as p on p.${key}::text = o.parent_key::text and o.parent_type = 'Parent'`,
  tying: ["parent_type", "parent_key"],
};

const polymorphicText: Tie = {
  ...polymorphic,
  key: "number",
  ownedColumns: () => "parent_key text, parent_type text",
  tie: (place, parent, ids) => polymorphic.tie({ ...place, type: "text" }, parent, ids),
  untie: (place, parent) => polymorphic.untie({ ...place, type: "text" }, parent),
};

const through: Tie = {
  kind: "through",
  edge: ({ between }, schema) => ({
    through: { table: `${schema}.${between}`, owner: "parent_key", owned: "owned_key" },
  }),
  tables: ({ between, type }) => `create table ${between} (parent_key ${type}, owned_key bigint);`,
  many: true,
  tie: (place, parent, ids) =>
    `insert into ${place.between} values ${ids.map((id) => `(${keyOf(place, parent)}, ${id})`)}`,
  untie: (place, parent) =>
    `delete from ${place.between} where parent_key = ${keyOf(place, parent)}`,
  replace: (place, parent, [first, second]) =>
    `update ${place.between} as b
     set owned_key = case b.owned_key
       when (select min(owned_key) from ${place.between} where parent_key = b.parent_key) then ${first}
       else ${second ?? first}
     end
     where parent_key = ${keyOf(place, parent)}`,
  tied: ({ between, parent, key }) =>
    `select b.owned_key from ${between} as b join ${parent} as p on p.${key} = b.parent_key`,
  tying: [],
};

/** A tie that is nothing but a value in a column of the parent: as a new parent has it, and as it is changed. */
function data(
  edge: Record<string, unknown>,
  definition: string,
  many: boolean,
  value: (ids: Ids) => string,
  tied: string,
  change: (ids: Ids) => string = value,
): Tie {
  const name = definition.split(" ")[0] ?? "";
  const set = (place: Place, parent: number, ids: Ids) =>
    `update ${place.parent} set ${name} = ${change(ids)} where ${place.key} = ${keyOf(place, parent)}`;
  return {
    kind: "data",
    edge: () => edge,
    parentColumns: definition,
    many,
    names: (ids) => [name, value(ids)],
    tie: set,
    untie: (place, parent) => set(place, parent, []),
    replace: set,
    tied: ({ parent }) => `select ${tied} from ${parent} as p`,
    tying: [],
  };
}

const DATA = "sess jsonb not null default '{}'";

/** A tie by one name at the top of the data, beside which others may stand. */
function inData(
  edge: Record<string, unknown>,
  name: string,
  many: boolean,
  of: (ids: Ids) => unknown,
  tied: string,
): Tie {
  const value = (ids: Ids) =>
    `'${JSON.stringify(ids.length === 0 ? {} : { [name]: of(ids) })}'::jsonb`;
  return data(edge, DATA, many, value, tied, (ids) =>
    ids.length === 0 ? `sess - '${name}'` : `sess || ${value(ids)}`,
  );
}

type TieName =
  | "column"
  | "several"
  | "polymorphic"
  | "polymorphicText"
  | "through"
  | "path"
  | "otherPath"
  | "list"
  | "pointer"
  | "array";

export const TIES: Readonly<Record<TieName, Tie>> = {
  column,
  several,
  polymorphic,
  polymorphicText,
  through,
  path: inData(
    { from: "wizard.rowId" },
    "wizard",
    false,
    ([id]) => ({ rowId: id }),
    "(p.sess #>> '{wizard,rowId}')::bigint",
  ),
  otherPath: inData(
    { from: "otherId" },
    "otherId",
    false,
    ([id]) => id,
    "(p.sess ->> 'otherId')::bigint",
  ),
  list: inData(
    { from: "uploads[].id" },
    "uploads",
    true,
    (ids) => ids.map((id) => ({ id: String(id) })),
    "(jsonb_array_elements(p.sess -> 'uploads') ->> 'id')::bigint",
  ),
  pointer: data(
    { from: { column: "row_id" } },
    "row_id bigint",
    false,
    ([id]) => String(id ?? null),
    "p.row_id",
  ),
  array: data(
    { from: { column: "row_ids" } },
    "row_ids bigint[]",
    true,
    (ids) => (ids.length === 0 ? "null" : `array[${ids}]`),
    "unnest(p.row_ids)",
  ),
};
