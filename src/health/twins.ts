import type pg from "pg";
import type { DbObject } from "../objects/object.ts";
import { codeOf } from "../plan/comments.ts";
import { NAME, QUALIFIED } from "../plan/names-in.ts";
import type { Sql } from "../sql/quote.ts";
import { inPlainWords } from "./ask-things.ts";
import { attempt, type Refusal } from "./attempt.ts";
import type { TwinTables } from "./twin-tables.ts";

/** How PostgreSQL words a thing on one of people's tables, and how it does once that was dumped and restored. */
export interface Worded {
  readonly definition: string;
  readonly alsoWorded: string;
}

/** Makes a trigger, a foreign key or an index on twins of its tables. */
export async function wordedOnTwin(
  client: pg.ClientBase,
  object: DbObject,
  tables: TwinTables,
): Promise<Worded | Refusal> {
  const made = await madeOnTwin(object, tables);
  if (made instanceof Error) return made;
  const { sql, table, kind } = made;
  const refused = await attempt(client, sql);
  if (refused) return refused;
  const first = await definitionOf(client, kind, table);
  const definition = tables.named(first);
  if (kind !== "trigger") return { definition, alsoWorded: definition };
  // Its condition is read once more from PostgreSQL's own words, as a restore does.
  const again = await attempt(client, first.replace(/^CREATE /, "CREATE OR REPLACE "));
  if (again) return again;
  return { definition, alsoWorded: tables.named(await definitionOf(client, kind, table)) };
}

type TwinKind = "trigger" | "index" | "foreign key";

interface OnTwin {
  readonly kind: TwinKind;
  readonly table: Sql;
  readonly sql: string;
}

const INDEX = new RegExp(`^create index concurrently (${NAME}) on (${QUALIFIED})`, "m");
const REFERENCES = new RegExp(`^ {2}references (${QUALIFIED}) \\((${NAME}(?:, ${NAME})*)\\)$`, "m");
const ALTERED = new RegExp(`^alter table (${QUALIFIED})\n`, "m");
const TRIGGERED = new RegExp(` on (${QUALIFIED})\n`);

/** An object's SQL with twins in place of its tables. */
async function madeOnTwin(object: DbObject, tables: TwinTables): Promise<OnTwin | Refusal> {
  const code = codeOf(object);
  const kind = object.id.startsWith("foreign")
    ? "foreign key"
    : (object.id.split(" ", 1)[0] as TwinKind);
  const form = { trigger: TRIGGERED, index: INDEX, "foreign key": ALTERED }[kind];
  const table = await tables.of(form.exec(code)?.at(-1) as Sql);
  if (table instanceof Error) return table;
  switch (kind) {
    case "trigger":
      return { kind, table, sql: code.replace(TRIGGERED, () => ` on ${table}\n`) };
    case "index": {
      const own = code.slice(code.search(INDEX));
      return {
        kind,
        table,
        sql: own.replace(INDEX, (_, name) => `create index ${name} on ${table}`),
      };
    }
    case "foreign key": {
      const [, parent = "", key = ""] = REFERENCES.exec(code) ?? [];
      const twin = await tables.of(parent as Sql);
      if (twin instanceof Error) return twin;
      const onTwins = code
        .replace(ALTERED, () => `alter table ${table}\n`)
        .replace(REFERENCES, () => `  references ${twin} (${key})`);
      return { kind, table, sql: `create unique index on ${twin} (${key});\n${onTwins}` };
    }
  }
}

const LATEST: Readonly<Record<TwinKind, string>> = {
  trigger:
    "select pg_get_triggerdef(oid) as definition from pg_trigger where tgrelid = $1::regclass and not tgisinternal",
  index:
    "select pg_get_indexdef(indexrelid) as definition, indexrelid as oid from pg_index where indrelid = $1::regclass",
  "foreign key":
    "select replace(pg_get_constraintdef(oid), ' NOT VALID', '') as definition from pg_constraint where conrelid = $1::regclass and contype = 'f'",
};

async function definitionOf(client: pg.ClientBase, kind: TwinKind, twin: Sql): Promise<string> {
  return inPlainWords(client, async () => {
    const { rows } = await client.query<{ definition: string }>(
      `${LATEST[kind]} order by oid desc limit 1`,
      [`pg_temp.${twin}`],
    );
    return rows[0]?.definition ?? "";
  });
}
