import { expect, test } from "vitest";
import { InputError } from "../../src/faults.ts";
import { type TestDatabase, withDatabase } from "../support/database.ts";
import { generateFrom } from "../support/installed.ts";

const SCHEMA = `
  create table session (
    realm text, sid text primary key, row_id bigint, sess jsonb,
    expires_at timestamptz, unique (realm, sid)
  );
  create table wish (code text primary key);
  create table files (
    id bigint primary key, session_sid text, realm text, must text not null, kind text,
    wish_code text, user_id bigint, email text, path text, deleted_at timestamptz, size integer
  );
  create table pages (id bigint primary key, file_id bigint, user_id bigint);
  create table pairs (a bigint, b bigint, session_sid text, primary key (a, b));
  create table tied (session_sid text, file_id bigint)`;

type Edge = Record<string, unknown>;

/** Each way to tie a row, with nothing else declared. */
const COLUMN: Edge = { table: "files", by: "session_sid" };
const NOT_NULL: Edge = { table: "files", by: "must" };
const SEVERAL: Edge = { table: "files", by: ["realm", "session_sid"] };
const POLYMORPHIC: Edge = {
  table: "files",
  by: { column: "session_sid", type_column: "kind", type: "Session" },
};
const STRICT: Edge = {
  table: "files",
  by: { column: "must", type_column: "kind", type: "Session" },
};
const THROUGH: Edge = {
  table: "files",
  through: { table: "tied", owner: "session_sid", owned: "file_id" },
};
const FROM: Edge = { table: "files", from: "fileId" };
const POINTER: Edge = { table: "files", from: { column: "row_id" } };

const NULLS = { on_delete: "set_null" };
const MARKS = { on_delete: { soft_delete: "deleted_at" } };

interface Refusal {
  readonly edges: readonly Edge[];
  /** More keys of the owner. */
  readonly owner?: Edge;
  readonly more?: Record<string, unknown>;
  readonly says: string;
}

const several = { owner: { key: ["realm", "sid"] } };

/** What cannot be combined, and what is said of it; docs/semantics.md has the same. */
const REFUSED: Record<string, Refusal> = {
  "set_null with a path": {
    edges: [{ ...FROM, ...NULLS }],
    says: "with from, the owned row has no column that could be set null",
  },
  "set_null with a pointer": {
    edges: [{ ...POINTER, ...NULLS }],
    says: "with from, the owned row has no column that could be set null",
  },
  "set_null with through": {
    edges: [{ ...THROUGH, ...NULLS }],
    says: "with through, the owned row has no column that could be set null",
  },
  "set_null and emit": {
    edges: [{ ...COLUMN, ...NULLS, emit: ["path"] }],
    says: "emit has no use beside set_null, under which no row ends",
  },
  "set_null and keep_when": {
    edges: [{ ...COLUMN, ...NULLS, keep_when: "size > 0" }],
    says: "keep_when has no use beside set_null, under which no row ends",
  },
  "set_null and claim": {
    edges: [{ ...COLUMN, ...NULLS, claim: "user_id" }],
    says: "claim has no use beside set_null, under which no row ends",
  },
  "set_null and grace": {
    edges: [{ ...COLUMN, ...NULLS, grace: "1 minute" }],
    says: "grace has no use beside set_null, under which no row ends",
  },
  "set_null and grace, polymorphic": {
    edges: [{ ...POLYMORPHIC, ...NULLS, grace: "1 minute" }],
    says: "grace has no use beside set_null, under which no row ends",
  },
  "several columns and soft_delete": {
    ...several,
    edges: [{ ...SEVERAL, ...MARKS }],
    says: "soft_delete is not possible on a tie by several columns",
  },
  "several columns and keep_when": {
    ...several,
    edges: [{ ...SEVERAL, keep_when: "size > 0" }],
    says: "keep_when is not possible on a tie by several columns",
  },
  "several columns and claim": {
    ...several,
    edges: [{ ...SEVERAL, claim: "user_id" }],
    says: "claim is not possible on a tie by several columns",
  },
  "several columns and grace": {
    ...several,
    edges: [{ ...SEVERAL, grace: "1 minute" }],
    says: "grace is not possible on a tie by several columns",
  },
  "several columns and another edge": {
    ...several,
    edges: [SEVERAL],
    more: { wish: { table: "wish", owns: [{ table: "files", by: "wish_code" }] } },
    says: "files is tied by several columns (realm, session_sid), but files is owned by wish.files as well, so each row is decided by itself, named by one column",
  },
  "a key of several columns and a polymorphic tie": {
    ...several,
    edges: [POLYMORPHIC],
    says: "by names 1 column, but the key has 2",
  },
  "a key of several columns and through": {
    ...several,
    edges: [THROUGH],
    says: "through holds a key of one column, but the key has 2",
  },
  "a key of several columns and from": {
    ...several,
    edges: [POINTER],
    says: "from holds a key of one column, but the key has 2",
  },
  "a NOT NULL column and set_null": {
    edges: [{ ...NOT_NULL, ...NULLS }],
    says: "files.must is NOT NULL, but on_delete: set_null sets it null",
  },
  "a NOT NULL column and soft_delete": {
    edges: [{ ...NOT_NULL, ...MARKS }],
    says: "files.must is NOT NULL, but soft_delete lets go of rows by setting it null",
  },
  "a NOT NULL column and keep_when": {
    edges: [{ ...NOT_NULL, keep_when: "size > 0" }],
    says: "files.must is NOT NULL, but keep_when lets go of rows by setting it null",
  },
  "a NOT NULL column and claim": {
    edges: [{ ...NOT_NULL, claim: "user_id" }],
    says: "files.must is NOT NULL, but claim lets go of rows by setting it null",
  },
  "a NOT NULL column and grace": {
    edges: [{ ...NOT_NULL, grace: "1 minute" }],
    says: "files.must is NOT NULL, but grace lets go of rows by setting it null",
  },
  "a NOT NULL column and another edge": {
    edges: [NOT_NULL, { ...POINTER, name: "pointed" }],
    says: "files.must is NOT NULL, but files is owned by session.pointed as well, and one owner lets go of a row by setting it null",
  },
  "a NOT NULL polymorphic column and set_null": {
    edges: [{ ...STRICT, ...NULLS }],
    says: "files.must is NOT NULL, but on_delete: set_null sets it null",
  },
  "a NOT NULL polymorphic column and keep_when": {
    edges: [{ ...STRICT, keep_when: "size > 0" }],
    says: "files.must is NOT NULL, but keep_when lets go of rows by setting it null",
  },
  "a NOT NULL polymorphic column and claim": {
    edges: [{ ...STRICT, claim: "user_id" }],
    says: "files.must is NOT NULL, but claim lets go of rows by setting it null",
  },
  "grace below an edge, by a column": {
    edges: [{ ...COLUMN, owns: [{ table: "pages", by: "file_id", grace: "1 minute" }] }],
    says: "grace is not possible here: the row ends with the row above it",
  },
  "claim below an edge": {
    edges: [{ ...COLUMN, owns: [{ table: "pages", by: "file_id", claim: "user_id" }] }],
    says: "claim is for edges directly under an owner",
  },
  "a path below an edge": {
    edges: [{ ...COLUMN, owns: [{ table: "pages", from: "pageId" }] }],
    says: "an owned row has no declared data to find this in",
  },
  "guard with a column": {
    edges: [{ ...COLUMN, guard: "owned.size > 0" }],
    says: "guard is for data edges only",
  },
  "guard with through": {
    edges: [{ ...THROUGH, guard: "owned.size > 0" }],
    says: "guard is for data edges only",
  },
  "on_replace with a column": {
    edges: [{ ...COLUMN, on_replace: "keep" }],
    says: "on_replace is for data edges only",
  },
  "from with a managed owner": {
    owner: { managed: true, table: undefined, key: undefined, expires: undefined, data: undefined },
    edges: [FROM],
    says: "a managed owner has no data, and no columns of yours",
  },
  "a table with a key of several columns and from": {
    edges: [{ table: "pairs", from: "pairId" }],
    says: "the primary key of pairs has several columns (a, b), but a data edge names a row by one",
  },
  "a table with a key of several columns and keep_when": {
    edges: [{ table: "pairs", by: "session_sid", keep_when: "a > 0" }],
    says: "the primary key of pairs has several columns (a, b), but keep_when decides each row by itself, named by one column",
  },
  "claim of the column that ties": {
    edges: [{ ...COLUMN, claim: "session_sid" }],
    says: "claim names a column that ties the row to its owner",
  },
  "claims of two types": {
    edges: [
      { ...COLUMN, claim: "user_id" },
      { ...FROM, name: "named", claim: "email" },
    ],
    says: "files.email is of type text, but files.user_id is bigint",
  },
  "emit by two edges of one table": {
    edges: [
      { ...COLUMN, emit: ["path"] },
      { ...FROM, name: "named", emit: ["path"] },
    ],
    says: "rows of files are emitted by session.files already",
  },
  "one archive for two tables": {
    edges: [
      { ...COLUMN, on_delete: { archive: "old.rows" } },
      { table: "pages", from: "pageId", on_delete: { archive: "old.rows" } },
    ],
    says: "rows is the archive of files already",
  },
  "a table that would own itself": {
    edges: [
      {
        ...COLUMN,
        owns: [
          {
            table: "pages",
            by: "file_id",
            owns: [
              {
                table: "files",
                name: "more",
                through: { table: "tied", owner: "file_id", owned: "file_id" },
              },
            ],
          },
        ],
      },
    ],
    says: "files would own itself, by way of pages",
  },
};

test("what cannot be combined is refused, and said why", () =>
  withDatabase(async (db) => {
    await db.query(SCHEMA);
    const found: Record<string, string> = {};
    for (const [name, refusal] of Object.entries(REFUSED))
      found[name] = await refusalOf(db, refusal);
    expect(found).toEqual(
      Object.fromEntries(Object.entries(REFUSED).map(([name, { says }]) => [name, says])),
    );
  }));

async function refusalOf(db: TestDatabase, { edges, owner, more }: Refusal): Promise<string> {
  const session = { table: "session", key: "sid", expires: "expires_at", data: { column: "sess" } };
  const manifest = {
    cron: "none",
    owners: { session: { ...session, ...owner, owns: edges }, ...more },
  };
  try {
    await generateFrom(db, JSON.stringify(manifest));
    return "nothing";
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.faults.map(({ what }) => what).join("; ");
  }
}
