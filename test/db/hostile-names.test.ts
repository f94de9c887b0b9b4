import fc from "fast-check";
import { expect, test } from "vitest";
import { advance, inFolder, nothing, run } from "../golden/golden.ts";
import { type TestDatabase, withDatabase } from "../support/database.ts";
import { newSeed } from "../support/randomness.ts";

/** How many worlds are tried; each takes a second or two. */
const RUNS = Number(process.env["LASTWILL_RUNS"] ?? 8);
const SEED = newSeed();

const PARTS = [
  ..."aZ09_ '\"`\\$;:%*/-.,()[]{}<>=|&!?#@~^é漢🛒\n\t\r\u2028\u00a0",
  "$lastwill$",
  "$$",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: some tool's placeholder
  "${x}",
  "#{x}",
  "--",
  "-->",
  "/*",
  "*/",
  "\n-- Down Migration\n",
  "-- Up Migration",
  "--> statement-breakpoint",
  "-- migrate:down",
  "-- +goose Down",
  ':"table"',
  ":'comment'",
  ":{sql}",
  "U&",
  "\\0061",
  "%I",
  "select",
  "user",
  "order",
  "old",
  "new",
  "owner",
  "owned",
  "gone",
  "key",
  "null",
  "NULL",
  "x".repeat(63),
  "é".repeat(31),
];

/** Made of parts that mean something somewhere, and no longer than PostgreSQL keeps. */
const name: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...PARTS), { minLength: 1, maxLength: 5 })
  .map((parts) => fitting(parts.join("")))
  .filter((text) => text.trim() !== "" && !/^(pg_|lastwill)/i.test(text));

function fitting(text: string): string {
  let kept = "";
  for (const character of text) {
    if (Buffer.byteLength(kept + character) > 63) break;
    kept += character;
  }
  return kept;
}

const TABLES = ["sessions", "carts", "items", "drafts", "documents", "ties", "notes"] as const;
const COLUMNS = ["id", "parent", "data", "expires", "kind", "other"] as const;

interface World {
  readonly schema: string;
  readonly tables: Readonly<Record<(typeof TABLES)[number], string>>;
  readonly columns: Readonly<Record<(typeof COLUMNS)[number], string>>;
  readonly owner: string;
  readonly edges: readonly string[];
  readonly key: string;
}

/** Different names for different things. */
function naming<Key extends string>(keys: readonly Key[]): fc.Arbitrary<Record<Key, string>> {
  return fc
    .uniqueArray(name, { minLength: keys.length, maxLength: keys.length })
    .map((names) => Object.fromEntries(keys.map((key, index) => [key, names[index]])))
    .map((named) => named as Record<Key, string>);
}

const world: fc.Arbitrary<World> = fc.record({
  schema: name,
  tables: naming(TABLES),
  columns: naming(COLUMNS),
  // The one part that is a name of lastwill's own, and refused.
  owner: name.filter((text) => text !== "owned"),
  edges: fc.uniqueArray(name, { minLength: 5, maxLength: 5 }),
  key: name,
});

test(`whatever the names are, what they stand for is installed, ends when it should, and goes again (LASTWILL_SEED=${SEED})`, async () => {
  await fc.assert(fc.asyncProperty(world, live), {
    numRuns: RUNS,
    seed: SEED,
    endOnFailure: true,
  });
}, 240_000);

async function live(names: World): Promise<void> {
  await withDatabase((db) =>
    inFolder(async (folder) => {
      await db.query(schemaOf(names));
      await advance({ db, folder }, manifestOf(names), nothing);
      await fill(db, names);
      await db.query("call lastwill.sweep()");
      for (const table of ["sessions", "carts", "items", "drafts", "documents", "notes"] as const) {
        const rows = await db.query(
          `select ${sql(names.columns.id)} as id from ${at(names, table)}`,
        );
        expect(rows, table).toEqual([{ id: table === "sessions" ? "live" : "1" }]);
      }
      await run(db, folder, "down");
      expect(await db.query("select from pg_namespace where nspname = 'lastwill'")).toEqual([]);
    }),
  );
}

/** Quoted by rules of its own, not by those that are tested. */
function sql(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

function at({ schema, tables }: World, table: (typeof TABLES)[number]): string {
  return `${sql(schema)}.${sql(tables[table])}`;
}

function schemaOf(names: World): string {
  const { id, parent, data, expires, kind, other } = names.columns;
  const table = (which: (typeof TABLES)[number], ...columns: string[]) =>
    `create table ${at(names, which)} (${columns.join(", ")});`;
  return [
    `create schema ${sql(names.schema)};`,
    table(
      "sessions",
      `${sql(id)} text primary key`,
      `${sql(data)} jsonb`,
      `${sql(expires)} timestamptz`,
    ),
    table("carts", `${sql(id)} bigint primary key`, `${sql(parent)} text`),
    table("items", `${sql(id)} bigint primary key`, `${sql(parent)} bigint`),
    table("drafts", `${sql(id)} bigint primary key`, `${sql(other)} text`),
    table("documents", `${sql(id)} bigint primary key`),
    table("ties", `${sql(parent)} text`, `${sql(other)} bigint`),
    table("notes", `${sql(id)} bigint primary key`, `${sql(parent)} text`, `${sql(kind)} text`),
  ].join("\n");
}

function manifestOf(names: World): string {
  const { id, parent, data, expires, kind, other } = names.columns;
  const [carts, items, drafts, documents, notes] = names.edges;
  const owns = [
    {
      table: at(names, "carts"),
      name: carts,
      by: parent,
      owns: [{ table: at(names, "items"), name: items, by: parent }],
    },
    { table: at(names, "drafts"), name: drafts, from: path(names), emit: [other], grace: 0 },
    {
      table: at(names, "documents"),
      name: documents,
      through: { table: at(names, "ties"), owner: parent, owned: other },
    },
    {
      table: at(names, "notes"),
      name: notes,
      by: { column: parent, type_column: kind, type: names.key },
    },
  ];
  const owner = { table: at(names, "sessions"), key: id, expires, data: { column: data }, owns };
  return JSON.stringify({ cron: "none", owners: { [names.owner]: owner } });
}

/** A key in the data, in the quotes and with the escapes of a path. */
function path({ key }: World): string {
  return JSON.stringify(key);
}

async function fill(db: TestDatabase, names: World): Promise<void> {
  for (const [number, sid] of ["live", "over"].map((sid, index) => [index + 1, sid] as const)) {
    await db.query(`insert into ${at(names, "drafts")} values ($1, 'x')`, [number]);
    await db.query(`insert into ${at(names, "documents")} values ($1)`, [number]);
    await db.query(
      `insert into ${at(names, "sessions")} values ($1, $2, now() + interval '1 day')`,
      [sid, { [names.key]: number }],
    );
    await db.query(`insert into ${at(names, "carts")} values ($1, $2)`, [number, sid]);
    await db.query(`insert into ${at(names, "items")} values ($1, $1)`, [number]);
    await db.query(`insert into ${at(names, "ties")} values ($1, $2)`, [sid, number]);
    await db.query(`insert into ${at(names, "notes")} values ($1, $2, $3)`, [
      number,
      sid,
      names.key,
    ]);
  }
  const { id, expires } = names.columns;
  await db.query(
    `update ${at(names, "sessions")} set ${sql(expires)} = now() where ${sql(id)} = 'over'`,
  );
}
