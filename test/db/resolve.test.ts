import { describe, expect, test } from "vitest";
import { readCatalog } from "../../src/catalog.ts";
import { withEmbedded } from "../../src/embedded.ts";
import type { Archive, ColumnEdge, Edge } from "../../src/graph.ts";
import { readManifest } from "../../src/manifest/read.ts";
import { type Resolution, resolve } from "../../src/resolve/resolve.ts";
import { warningText } from "../../src/resolve/warning.ts";
import { type TestDatabase, withDatabase } from "../support/database.ts";
import { lines, ofSession, RESOLVE_SCHEMA, resolveManifest } from "../support/resolved.ts";

/** What a manifest without faults becomes. */
async function resolved(db: TestDatabase, manifest: string): Promise<Resolution> {
  const found = await resolveManifest(db, lines(manifest));
  expect(found.faults).toEqual([]);
  return found;
}

/** The edges of the session that owns these, in the tests' schema and after more SQL. */
async function edgesOf(owns: string, sql = ""): Promise<Edge[]> {
  return withDatabase(async (db) => {
    await db.query(`${RESOLVE_SCHEMA} ${sql}`);
    const { graph } = await resolved(db, ofSession(owns));
    return graph.owners.flatMap((owner) => owner.edges);
  });
}

describe("what the foreign key of a column edge does when the parent goes", () => {
  const cases: readonly (readonly [string, ColumnEdge["end"]])[] = [
    ["{ table: carts, by: must_sid }", "cascade"],
    ["{ table: carts, by: must_sid, on_delete: { archive: kept } }", "cascade"],
    ["{ table: carts, by: must_sid, emit: [id] }", "cascade"],
    ["{ table: carts, by: session_sid, on_delete: set_null }", "set null"],
    ["{ table: carts, by: session_sid, on_delete: { soft_delete: deleted_at } }", "detach"],
    ["{ table: carts, by: session_sid, on_delete: { soft_delete: gone } }", "detach"],
    ["{ table: carts, by: session_sid, keep_when: user_id is not null }", "detach"],
    ["{ table: carts, by: session_sid, claim: user_id }", "detach"],
    ["{ table: carts, by: session_sid, grace: 1 minute }", "detach"],
    ["{ table: carts, by: session_sid, grace: 0 }", "cascade"],
    ["{ table: lines, by: session_sid, key: code, keep_when: line > 1 }", "detach"],
  ];

  test.each(cases)("%s: %s", async (owns, end) => {
    const [edge] = await edgesOf(`- ${owns}`);
    expect(edge).toMatchObject({ kind: "column", end });
    expect((edge as ColumnEdge).key !== undefined).toBe(end === "detach");
  });

  test("of a table that other edges own as well, of whatever owner: each row is decided", () =>
    withDatabase(async (db) => {
      await db.query(RESOLVE_SCHEMA);
      const { graph } = await resolved(
        db,
        `
        owners:
          session: { table: session, owns: [{ table: carts, by: session_sid }] }
          document: { table: documents, owns: [{ table: carts, by: user_id }] }`,
      );
      expect(graph.owners.map((owner) => owner.edges[0])).toMatchObject([
        { end: "detach", key: { column: "id", type: "bigint" } },
        { end: "detach", key: { column: "id", type: "bigint" } },
      ]);
    }));
});

test("a key of several columns is referred to by as many, in whatever order the database has them", async () => {
  const [, notes] = await edgesOf(
    `
    - table: lines
      by: session_sid
      owns: [{ table: line_notes, by: [cart_id, line], on_delete: set_null }]`,
    `
    alter table line_notes alter cart_id set not null;
    alter table line_notes add foreign key (line, cart_id) references lines (line, cart_id);
    alter table line_notes add constraint crossed foreign key (cart_id) references carts;
    create index served on line_notes (line, cart_id, note);
    create index unserved on line_notes (line, note, cart_id);
    create index partly on line_notes (cart_id, line) where note is not null;
    alter table lines add unique (line, cart_id)`,
  );
  expect(notes).toMatchObject({
    depth: 2,
    on: {
      table: ["public", "lines"],
      written: "lines",
      key: [
        { column: "cart_id", type: "bigint" },
        { column: "line", type: "integer" },
      ],
    },
    by: ["cart_id", "line"],
    nullable: ["line"],
    end: "set null",
    key: undefined,
    display: ["id"],
    foreignKeys: [{ columns: ["line", "cart_id"] }],
    indexes: ["served"],
  });
});

test("a polymorphic edge holds the key, or its text, and finds rows by both columns in either order", async () => {
  const [edge, nested] = await edgesOf(
    `
    - table: carts
      by: session_sid
      owns: [{ table: notes, by: { column: subject_text, type_column: subject_type, type: Cart } }]`,
    "create index on notes (subject_text, subject_type); create index on notes (subject_text)",
  );
  expect(edge?.kind).toBe("column");
  expect(nested).toMatchObject({
    kind: "polymorphic",
    on: { key: [{ column: "id", type: "bigint" }] },
    key: { column: "id", type: "bigint" },
    by: { column: "subject_text", type: "text" },
    nullable: false,
    typeColumn: "subject_type",
    typeNullable: false,
    type: "Cart",
    indexes: ["notes_subject_text_subject_type_idx"],
  });
});

test("a through edge knows what refers from the table between to both sides", async () => {
  const [edge] = await edgesOf(
    "- { table: documents, through: { table: session_documents, owner: session_sid, owned: document_id } }",
    "alter table session_documents drop constraint session_documents_session_sid_fkey, add constraint restricting foreign key (session_sid) references session",
  );
  expect(edge).toMatchObject({
    kind: "through",
    grace: 600,
    join: ["public", "session_documents"],
    joinWritten: "session_documents",
    toParent: {
      column: "session_sid",
      type: "text",
      foreignKeys: [{ name: "restricting", onDelete: "a" }],
      indexes: [],
    },
    toOwned: {
      column: "document_id",
      type: "bigint",
      foreignKeys: [{ onDelete: "c" }],
      indexes: ["session_documents_document_id_session_sid_idx"],
    },
  });
});

test("a column that names rows may be a list, and may be that of an owned table", async () => {
  const [carts, products] = await edgesOf(
    `
    - table: cart_items
      from: { column: cart_ids }
      guard: owned.user_id = length(owner.tag)
      owns: [{ table: products, from: { column: product_id }, on_replace: keep }]`,
    "create table products (id integer primary key)",
  );
  expect(carts).toMatchObject({
    pointer: { kind: "column", column: "cart_ids", type: "bigint", list: true },
    guard: "owned.user_id = length(owner.tag)",
  });
  expect(products).toMatchObject({
    depth: 2,
    on: { table: ["public", "cart_items"] },
    pointer: { kind: "column", column: "product_id", type: "integer", list: false },
    onReplace: "keep",
  });
});

describe("an archive", () => {
  const archive = async (table: string, sql = "", owned = "documents") =>
    withDatabase(async (db) => {
      await db.query(`${RESOLVE_SCHEMA} create schema kept; ${sql}`);
      const owns = `- { table: ${owned}, from: documentId, on_delete: { archive: ${table} } }`;
      const { graph, warnings } = await resolved(db, ofSession(owns));
      const policy = graph.owners[0]?.edges[0]?.policy as Archive;
      return {
        ...policy,
        warnings: warnings.filter(({ kind }) => kind === "archive").map(warningText),
      };
    });

  test("that is not there is made, beside the owned table where no schema is named", async () => {
    const made = { kind: "archive", ours: true, missing: [], warnings: [] };
    const columns = ["id", "title"];
    expect(await archive("kept.files")).toEqual({ ...made, table: ["kept", "files"], columns });
    expect(await archive("files")).toEqual({ ...made, table: ["public", "files"], columns });
    const other = "create table kept.docs (id bigint primary key)";
    expect(await archive("files", other, "kept.docs")).toMatchObject({ table: ["kept", "files"] });
    const there = `${other}; create table kept.files (id bigint, archived_at timestamptz)`;
    expect(await archive("files", there, "kept.docs")).toMatchObject({
      table: ["kept", "files"],
      ours: false,
      missing: [{ column: "later_columns", type: "jsonb" }],
    });
  });

  test("of theirs is used as it is, wider types and all", async () => {
    const sql = `
      alter table documents add code varchar(8), add size numeric(8, 2);
      create table kept.files (
        id bigint primary key, title text, code varchar, size numeric, archived_at timestamp not null,
        later_columns jsonb, who text not null default current_user
      )`;
    expect(await archive("kept.files", sql)).toMatchObject({ ours: false, missing: [] });
  });

  test("of ours is given the columns that its table was given since, and says so", async () => {
    const sql = `
      alter table documents add code varchar(8), add size numeric(8, 2);
      create table kept.files (id bigint, title text, archived_at timestamptz, later_columns jsonb);
      comment on table kept.files is 'Rows of documents that ended. [lastwill 0123456789ab]'`;
    expect(await archive("kept.files", sql)).toMatchObject({
      ours: true,
      missing: [
        { column: "code", type: "character varying(8)" },
        { column: "size", type: "numeric(8,2)" },
      ],
      warnings: [
        "documents has columns code, size that kept.files lacks.\n" +
          "  The migration that gen-migrations writes adds them.",
      ],
    });
  });
});

test("a managed owner needs no table, and is what it will be once it is there", () =>
  withDatabase(async (db) => {
    await db.query(RESOLVE_SCHEMA);
    const manifest =
      "owners: { visit: { managed: true, owns: [{ table: carts, by: session_sid }] } }";
    const before = await resolved(db, manifest);
    expect(before.graph.owners[0]).toMatchObject({
      managed: true,
      table: ["lastwill", "visit"],
      key: [{ column: "key", type: "text" }],
      expires: [{ kind: "instant", column: "expires_at" }],
    });
    expect(before.graph.path).toEqual(["public", "pg_temp"]);
    await db.query(`
      create schema lastwill;
      create table lastwill.visit (key text primary key, expires_at timestamptz);
      create table lastwill.other (key text primary key);
      alter table carts add constraint ours foreign key (session_sid) references lastwill.visit`);
    const after = await resolved(db, manifest);
    expect(after.graph.owners[0]?.edges[0]).toMatchObject({ foreignKeys: [{ name: "ours" }] });
  }));

test("foreign keys to rows that are never deleted hold up nothing", async () => {
  const sql = "create table blocks (cart_id bigint references carts)";
  await edgesOf("- { table: carts, by: session_sid, on_delete: set_null }", sql);
  await edgesOf("- { table: carts, by: session_sid, on_delete: { soft_delete: gone } }", sql);
});

test("a preset's format gives way to a column of JSON", () =>
  withDatabase(async (db) => {
    await db.query(
      "create table sessions (id text primary key, payload jsonb, last_activity integer)",
    );
    const { graph } = await resolved(db, "owners: { session: { store: laravel } }");
    expect(graph.owners[0]?.data).toMatchObject({ type: "jsonb", format: "json" });
  }));

describe("a condition", () => {
  test("is read with the search_path that it will have", () =>
    withDatabase(async (db) => {
      await db.query(`
        ${RESOLVE_SCHEMA}
        create schema shop;
        create table shop.visits (id bigint primary key, sid text);
        create function shop.is_kept(bigint) returns boolean language sql as 'select $1 > 1'`);
      const { graph } = await resolved(
        db,
        ofSession("- { table: shop.visits, by: sid, keep_when: is_kept(visits.id) }"),
      );
      expect(graph.path).toEqual(["public", "shop", "pg_temp"]);
    }));

  test("is only read, and changes nothing", () =>
    withDatabase(async (db) => {
      await db.query(`
        ${RESOLVE_SCHEMA}
        create sequence called;
        create function call() returns boolean language sql as $$ select nextval('called') > 0 $$;
        insert into carts (id, must_sid, owner_user, gone_at) values (1, 'a', 1, now())`);
      const path = await db.query("show search_path");
      await resolved(db, ofSession("- { table: carts, by: session_sid, keep_when: call() }"));
      expect(await db.query("select is_called from called")).toEqual([{ is_called: false }]);
      expect(await db.query("show search_path")).toEqual(path);
    }));

  test("is read by the embedded PostgreSQL too", () =>
    withEmbedded(async (client) => {
      await client.query(RESOLVE_SCHEMA);
      const owns = `
        - { table: carts, by: session_sid, keep_when: user_idd > 1 }
        - { table: documents, from: documentId, guard: owned.id = 1 and title <> '' }`;
      const { manifest } = readManifest(ofSession(owns), "m.yaml");
      const { faults } = resolve(manifest, await readCatalog(client, manifest));
      expect(faults.map(({ what }) => what)).toEqual([
        'PostgreSQL cannot read this: column "user_idd" does not exist',
        'PostgreSQL cannot read this: column reference "title" is ambiguous',
      ]);
    }));
});

test("a TimeZone that roles or the database set is held against each expiry without one", () =>
  withDatabase(async (db) => {
    const role = `${db.name}_app`;
    await db.query(`
      create table session (sid text primary key, idle timestamp, total timestamptz);
      create role ${role} login;
      alter role ${role} in database ${db.name} set timezone to 'America/New_York';
      alter database ${db.name} set timezone to 'Etc/UTC'`);
    try {
      const rule = (zone: string) =>
        `owners: { visit: { table: session, expires: [{ column: idle, zone: ${zone} }, total] } }`;
      const { warnings } = await resolved(db, rule("UTC"));
      expect(warnings.map(warningText)).toEqual([
        `role ${role} in database ${db.name} has TimeZone = America/New_York, but session.idle is taken to be in UTC: ` +
          "what writes it in its connection's zone expires rows of visit early or late.\n" +
          `  Reset it (alter role ${role} in database ${db.name} reset timezone), or say which zone is written: ` +
          "expires: { column: idle, zone: America/New_York }.",
      ]);
      const other = await resolved(db, rule("america/new_york"));
      expect(other.warnings).toMatchObject([
        { what: expect.stringContaining(`database ${db.name} has`) },
      ]);
    } finally {
      await db.query(`drop role ${role}`);
    }
  }));
