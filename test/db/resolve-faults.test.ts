import { afterAll, beforeAll, expect, test } from "vitest";
import { InputError } from "../../src/faults.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { lines, ofSession, RESOLVE_SCHEMA, resolveManifest } from "../support/resolved.ts";

/** A manifest that does not fit the database, and all that is said of it. */
interface Case {
  readonly name: string;
  /** More SQL, after the schema. */
  readonly sql?: string;
  /** What the owner session owns; or the whole manifest. */
  readonly owns?: string;
  readonly manifest?: string;
  /** Without the file's name; `…` stands for `owners.session.owns`. */
  readonly says: string;
}

let db: TestDatabase;
beforeAll(async () => {
  db = await createDatabase();
});
afterAll(() => db.close());

const CASES: readonly Case[] = [
  {
    name: "a set_null of a column that is NOT NULL",
    owns: `- { table: carts, by: must_sid, on_delete: set_null }`,
    says: `
      …[0].by: carts.must_sid is NOT NULL, but on_delete: set_null sets it null
        Run: alter table carts alter column must_sid drop not null. Or leave on_delete out.`,
  },
  {
    name: "a soft_delete lets go of a column that is NOT NULL",
    owns: `- { table: carts, by: must_sid, on_delete: { soft_delete: deleted_at } }`,
    says: `
      …[0].by: carts.must_sid is NOT NULL, but soft_delete lets go of rows by setting it null
        Run: alter table carts alter column must_sid drop not null. Or leave soft_delete out.`,
  },
  {
    name: "keep_when lets go of a column that is NOT NULL",
    owns: `- { table: carts, by: must_sid, keep_when: user_id is not null }`,
    says: `
      …[0].by: carts.must_sid is NOT NULL, but keep_when lets go of rows by setting it null
        Run: alter table carts alter column must_sid drop not null. Or leave keep_when out.`,
  },
  {
    name: "claim lets go of a column that is NOT NULL",
    owns: `- { table: carts, by: must_sid, claim: user_id }`,
    says: `
      …[0].by: carts.must_sid is NOT NULL, but claim lets go of rows by setting it null
        Run: alter table carts alter column must_sid drop not null. Or leave claim out.`,
  },
  {
    name: "grace lets go of a column that is NOT NULL",
    owns: `- { table: carts, by: must_sid, grace: 1 hour }`,
    says: `
      …[0].by: carts.must_sid is NOT NULL, but grace lets go of rows by setting it null
        Run: alter table carts alter column must_sid drop not null. Or leave grace out.`,
  },
  {
    name: "a shared table lets go of a column that is NOT NULL",
    owns: `
      - { table: carts, by: must_sid }
      - { table: carts, name: named, from: cartId }`,
    says: `
      …[0].by: carts.must_sid is NOT NULL, but carts is owned by session.named as well, and one owner lets go of a row by setting it null
        Run: alter table carts alter column must_sid drop not null. Or leave one of the two edges out.`,
  },
  {
    name: "a column of the primary key cannot be set null",
    sql: `create table members (sid text primary key)`,
    owns: `- { table: members, by: sid, on_delete: set_null }`,
    says: `
      …[0].by: members.sid is NOT NULL, but on_delete: set_null sets it null
        A column of the primary key is never null: leave on_delete out, or give members another primary key.`,
  },
  {
    name: "orphans cannot be untied by a column that is NOT NULL",
    owns: `- { table: carts, by: must_sid, orphans: set_null }`,
    says: `
      …[0].orphans: carts.must_sid is NOT NULL, but orphans: set_null sets it null
        Run: alter table carts alter column must_sid drop not null. Or write orphans: delete.`,
  },
  {
    name: "columns for a key of several are as many",
    owns: `
      - table: lines
        by: session_sid
        owns: [{ table: line_notes, by: cart_id }]`,
    says: `
      …[0].owns[0].by: line_notes refers to lines by cart_id, but the key of lines is cart_id, line
        Name a column of line_notes for each column of the key, in its order; or say, with \`key:\`, which unique key of lines they hold.`,
  },
  {
    name: "a column of another type",
    owns: `- { table: carts, by: user_id }`,
    says: `
      …[0].by: carts.user_id is of type bigint, but session.sid is text
        A column that holds a key has the key's type: name another column, or alter table carts alter column user_id type text.`,
  },
  {
    name: "a generated column",
    owns: `- { table: carts, by: big }`,
    says: `
      …[0].by: carts.big is generated, so no foreign key can keep it up to date
        Name a column that can be written.`,
  },
  {
    name: "a row to be decided is named by one column",
    owns: `- { table: lines, by: session_sid, keep_when: line > 1 }`,
    says: `
      …[0].table: the primary key of lines has several columns (cart_id, line), but keep_when decides each row by itself, named by one column
        Say which unique column names a row, with \`key:\`.`,
  },
  {
    name: "a row to be decided refers to its parent by one column",
    owns: `
      - table: lines
        by: session_sid
        owns: [{ table: line_notes, by: [cart_id, line] }, { table: line_notes, name: again, by: [cart_id, line] }]`,
    says: `
      …[0].owns[0].by: line_notes is tied by several columns (cart_id, line), but line_notes is owned by session.again as well, so each row is decided by itself, named by one column
        Tie the rows by one column that holds a unique key, or leave one of the two edges out.
      …[0].owns[1].by: line_notes is tied by several columns (cart_id, line), but line_notes is owned by session.line_notes as well, so each row is decided by itself, named by one column
        Tie the rows by one column that holds a unique key, or leave one of the two edges out.`,
  },
  {
    name: "a data edge names a row by one column",
    owns: `- { table: lines, from: line }`,
    says: `
      …[0].table: the primary key of lines has several columns (cart_id, line), but a data edge names a row by one
        Say which unique column names a row, with \`key:\`.`,
  },
  {
    name: "an edge that is no foreign key hangs on one column",
    owns: `
      - table: lines
        by: session_sid
        owns:
          - { table: notes, by: { column: subject_id, type_column: subject_type, type: Line } }
          - { table: documents, from: { column: line } }`,
    says: `
      …[0].owns[0].by: lines is named by several columns (cart_id, line), but an edge with a type column names a row by one
        Say which unique column names a row of lines, with its own \`key:\`; several columns are for foreign keys that do nothing but cascade or set null.
      …[0].owns[1].from: lines is named by several columns (cart_id, line), but a data edge names a row by one
        Say which unique column names a row of lines, with its own \`key:\`; several columns are for foreign keys that do nothing but cascade or set null.`,
  },
  {
    name: "a key that is not unique",
    owns: `- { table: carts, from: cartId, key: user_id }`,
    says: `
      …[0].key: carts.user_id is not unique, so it cannot name one row
        Name a column that is the primary key or has a unique constraint of its own, or add one: alter table carts add unique (user_id).`,
  },
  {
    name: "a key of several columns that is not unique",
    owns: `- { table: carts, by: session_sid, key: [id, user_id], owns: [{ table: cart_items, by: [cart_id, user_id] }] }`,
    says: `
      …[0].key: carts has no unique key of id, user_id, so they cannot name one row
        Name the columns of the primary key or of one unique constraint, or add one: alter table carts add unique (id, user_id).`,
  },
  {
    name: "a type column that is no text",
    owns: `- { table: notes, by: { column: subject_text, type_column: kind, type: Session } }`,
    says: `
      …[0].by.type_column: notes.kind is of type integer, but the name of a type is a text
        Name a column of type text, character varying or character; enums come in a later release.`,
  },
  {
    name: "a polymorphic column of another type",
    owns: `- { table: notes, by: { column: subject_id, type_column: subject_type, type: Session } }`,
    says: `
      …[0].by.column: notes.subject_id is of type bigint, but session.sid is text
        A column that holds a key has the key's type: name another column, or alter table notes alter column subject_id type text.`,
  },
  {
    name: "a polymorphic row that is kept names nobody",
    owns: `- { table: notes, by: { column: subject_text, type_column: subject_type, type: Session }, keep_when: kind > 1 }`,
    says: `
      …[0].by.column: notes.subject_text is NOT NULL, but keep_when lets go of rows by setting it null
        Run: alter table notes alter column subject_text drop not null. Or leave keep_when out.`,
  },
  {
    name: "polymorphic columns that are not there",
    owns: `- { table: notes, by: { column: subjekt_id, type_column: subject_typ, type: Session } }`,
    says: `
      …[0].by.column: notes has no column "subjekt_id"
        Did you mean "subject_id"?
      …[0].by.type_column: notes has no column "subject_typ"
        Did you mean "subject_type"?`,
  },
  {
    name: "a join table that is not there",
    owns: `- { table: documents, through: { table: session_document, owner: session_sid, owned: document_id } }`,
    says: `
      …[0].through.table: there is no table "session_document"
        Did you mean "session_documents"?`,
  },
  {
    name: "a join table's columns are those of both keys",
    owns: `- { table: documents, through: { table: session_documents, owner: document_id, owned: session_sid } }`,
    says: `
      …[0].through.owner: session_documents.document_id is of type bigint, but session.sid is text
        A column that holds a key has the key's type: name another column, or alter table session_documents alter column document_id type text.
      …[0].through.owned: session_documents.session_sid is of type text, but documents.id is bigint
        A column that holds a key has the key's type: name another column, or alter table session_documents alter column session_sid type bigint.`,
  },
  {
    name: "a join table is none of the two",
    owns: `- { table: documents, through: { table: documents, owner: title, owned: id } }`,
    says: `
      …[0].through.table: documents is one of the two itself, not a table between them
        Name the table that holds both keys; a column of the owned table is \`by\`, one of the owner's is \`from: {column}\`.`,
  },
  {
    name: "a pointer of another type",
    sql: `create table uploads (id uuid primary key)`,
    owns: `- { table: uploads, from: { column: cart_ids } }`,
    says: `
      …[0].from: session.cart_ids is of type bigint[], but uploads.id is uuid
        A column that names a row has the type of that row's key, or is an array of it.`,
  },
  {
    name: "soft_delete of a column that is not there, or not fit",
    owns: `
      - { table: carts, by: session_sid, on_delete: { soft_delete: deletd_at } }
      - { table: cart_items, by: user_id, on_delete: { soft_delete: product_id } }`,
    says: `
      …[0].on_delete: carts has no column "deletd_at"
        Did you mean "deleted_at"?
      …[1].by: cart_items.user_id is of type integer, but session.sid is text
        A column that holds a key has the key's type: name another column, or alter table cart_items alter column user_id type text.
      …[1].on_delete: cart_items.product_id is of type integer, which does not say that a row is deleted
        Name a timestamp, with or without time zone, or a boolean.`,
  },
  {
    name: "soft_delete of a moment that is NOT NULL",
    owns: `- { table: carts, by: session_sid, on_delete: { soft_delete: gone_at } }`,
    says: `
      …[0].on_delete: carts.gone_at is NOT NULL, but null is what says that a row is alive
        Run: alter table carts alter column gone_at drop not null. Or name another column.`,
  },
  {
    name: "an archive that is the table itself",
    owns: `- { table: carts, by: session_sid, on_delete: { archive: carts } }`,
    says: `
      …[0].on_delete: carts cannot be its own archive
        Name an ordinary table; one that is not there yet is made.`,
  },
  {
    name: "an archive that is a view",
    sql: `create view kept as select 1 as id`,
    owns: `- { table: carts, by: session_sid, on_delete: { archive: kept } }`,
    says: `
      …[0].on_delete: "kept" is a view
        Name an ordinary table; one that is not there yet is made.`,
  },
  {
    name: "an archive of theirs that lacks columns",
    sql: `create schema kept; create table kept.documents (id bigint)`,
    owns: `- { table: documents, from: documentId, on_delete: { archive: kept.documents } }`,
    says: `
      …[0].on_delete: kept.documents lacks title, archived_at, so it cannot keep rows of documents
        Run: alter table kept.documents add column title text, add column archived_at timestamp with time zone.`,
  },
  {
    name: "an archive whose columns are others",
    sql: `create table kept (id integer, title text not null, archived_at date, later_columns json, reason text not null, by text not null default current_user)`,
    owns: `- { table: documents, from: documentId, on_delete: { archive: kept } }`,
    says: `
      …[0].on_delete: kept.id is of type integer, but what it is to hold is bigint
        Run: alter table kept alter column id type bigint.
      …[0].on_delete: kept.title is NOT NULL, but an archived row may have nothing to put there
        Run: alter table kept alter column title drop not null.
      …[0].on_delete: kept.archived_at is of type date, but what it is to hold is timestamp with time zone
        Run: alter table kept alter column archived_at type timestamp with time zone.
      …[0].on_delete: kept.later_columns is of type json, but what it is to hold is jsonb
        Run: alter table kept alter column later_columns type jsonb.
      …[0].on_delete: kept.reason is NOT NULL, but an archived row may have nothing to put there
        Run: alter table kept alter column reason drop not null.`,
  },
  {
    name: "an archive's own columns",
    sql: `create table kept (id integer primary key, archived_at timestamp)`,
    owns: `- { table: kept, from: keptId, on_delete: { archive: more } }`,
    says: `
      …[0].on_delete: kept has a column archived_at, which an archive has for itself
        Rename it: alter table kept rename column archived_at to …; or choose another on_delete.`,
  },
  {
    name: "an archive of two tables",
    owns: `
      - { table: documents, from: documentId, on_delete: { archive: kept } }
      - { table: cart_items, from: itemId, on_delete: { archive: kept } }`,
    says: `
      …[1].on_delete: kept is the archive of documents already
        Name another: an archive has the columns of one table.`,
  },
  {
    name: "a claim that is NOT NULL",
    owns: `- { table: carts, by: session_sid, claim: owner_user }`,
    says: `
      …[0].claim: carts.owner_user is NOT NULL, but null is what says that nobody has claimed the row
        Run: alter table carts alter column owner_user drop not null. Or name another column.`,
  },
  {
    name: "a claim of a generated column",
    owns: `- { table: carts, by: session_sid, claim: twice }`,
    says: `
      …[0].claim: carts.twice is a generated column, which a claim cannot fill
        Name a column that can be written.`,
  },
  {
    name: "claims of two types",
    owns: `
      - { table: carts, by: session_sid, claim: user_id }
      - { table: cart_items, from: itemId, claim: user_id }`,
    says: `
      …[1].claim: cart_items.user_id is of type integer, but carts.user_id is bigint
        Claim columns of one type: lastwill.claim_session() fills all of them with one value.`,
  },
  {
    name: "emitted columns that are not there",
    owns: `- { table: carts, by: session_sid, emit: [id, ids] }`,
    says: `
      …[0].emit[1]: carts has no column "ids"
        Did you mean "id"?`,
  },
  {
    name: "two edges that emit one table's rows",
    owns: `
      - { table: carts, by: session_sid, emit: [id] }
      - { table: carts, name: named, from: cartId, emit: [id] }`,
    says: `
      …[1].emit: rows of carts are emitted by session.carts already
        Leave emit out of one of the two: a row that goes leaves one letter.`,
  },
  {
    name: "a condition over a column that is not there",
    owns: `- { table: carts, by: session_sid, keep_when: user_idd is not null }`,
    says: `
      …[0].keep_when: PostgreSQL cannot read this: column "user_idd" does not exist
        Perhaps you meant to reference the column "carts.user_id".`,
  },
  {
    name: "a condition that is none",
    owns: `- { table: carts, by: session_sid, keep_when: user_id }`,
    says: `
      …[0].keep_when: this is of type bigint, but a condition is true or false
        Write SQL over a row of carts, whose columns are: id, session_sid, must_sid, user_id, owner_user, deleted_at, gone_at, gone, size, twice, big.`,
  },
  {
    name: "a condition that does not parse",
    owns: `- { table: carts, by: session_sid, keep_when: user_id is not }`,
    says: `
      …[0].keep_when: PostgreSQL cannot read this: syntax error at or near ")"
        Write SQL over a row of carts, whose columns are: id, session_sid, must_sid, user_id, owner_user, deleted_at, gone_at, gone, size, twice, big.`,
  },
  {
    name: "a condition over a system column",
    owns: `- { table: carts, by: session_sid, keep_when: ctid is not null }`,
    says: `
      …[0].keep_when: PostgreSQL cannot read this: column "ctid" does not exist
        Perhaps you meant to reference the column "carts.id".`,
  },
  {
    name: "a guard that does not say whose column it means",
    owns: `- { table: carts, from: cartId, guard: user_id is null }`,
    says: `
      …[0].guard: PostgreSQL cannot read this: column reference "user_id" is ambiguous
        Say whose column it is: owner.… or owned.….`,
  },
  {
    name: "a guard over a column that is not there",
    owns: `- { table: carts, from: cartId, guard: owned.user = owner.sid }`,
    says: `
      …[0].guard: PostgreSQL cannot read this: column owned.user does not exist
        Write SQL over owner and owned, such as "owned.user_id = owner.user_id"; the columns of owned are: id, session_sid, must_sid, user_id, owner_user, deleted_at, gone_at, gone, size, twice, big.`,
  },
  {
    name: "a table in schema lastwill",
    sql: `create schema lastwill; create table lastwill.released (edge text)`,
    owns: `
      - { table: lastwill.released, by: edge }
      - { table: documents, from: d, on_delete: { archive: lastwill.kept } }`,
    says: `
      …[0].table: "lastwill.released": what is in schema lastwill is lastwill's own
        Name a table of yours; it makes the tables of a managed owner itself (managed: true).
      …[1].on_delete: "lastwill.kept": what is in schema lastwill is lastwill's own
        Name a table of yours; it makes the tables of a managed owner itself (managed: true).`,
  },
  {
    name: "a table that owns itself",
    owns: `- { table: carts, by: session_sid, owns: [{ table: carts, name: again, by: user_id }] }`,
    says: `
      …[0].owns[0].table: carts would own itself
        Leave this edge out: rows that own one another in a ring keep one another, and never end.`,
  },
  {
    name: "a ring through several owners",
    sql: `alter table session add unique (tag)`,
    manifest: `
      owners:
        session: { table: session, owns: [{ table: carts, by: session_sid }] }
        cart: { table: carts, owns: [{ table: cart_items, by: cart_id, owns: [{ table: session, by: tag }] }] }`,
    says: `
      owners.cart.owns[0].owns[0].table: session would own itself, by way of carts, cart_items
        Leave this edge out: rows that own one another in a ring keep one another, and never end.`,
  },
  {
    name: "a foreign key of a table that is not declared",
    sql: `create table blocks (document_id bigint references documents)`,
    owns: `- { table: documents, through: { table: session_documents, owner: session_sid, owned: document_id } }`,
    says: `
      …[0].table: blocks.document_id refers to documents and would stop its rows from ending
        Keep the rows that it refers to (keep_when: exists (select from blocks where blocks.document_id = documents.id)), or declare blocks as an edge (by: document_id): its rows are then deleted too; with on_delete: set_null they stay, and lose their document_id.`,
  },
  {
    name: "a table whose name has a slip, and no foreign key of the one that is meant",
    sql: `create table wish_lines (cart_id bigint not null references carts)`,
    owns: `- { table: carts, by: session_sid, owns: [{ table: wish_line, by: cart_id }, { table: cart_items, by: cart_id }] }`,
    says: `
      …[0].owns[0].table: there is no table "wish_line"
        Did you mean "wish_lines"?`,
  },
  {
    name: "a foreign key to a join table",
    sql: `alter table session_documents add id bigint unique; create table blocks (id bigint references session_documents (id))`,
    owns: `- { table: documents, through: { table: session_documents, owner: session_sid, owned: document_id } }`,
    says: `
      …[0].through.table: blocks.id refers to session_documents and would stop its rows from ending
        Declare blocks as an edge (by: id): its rows are then deleted too; with on_delete: set_null they stay, and lose their id.`,
  },
  {
    name: "data that is encoded is in a text",
    manifest: `
      owners:
        session: { table: session, data: { column: sess, format: php } }
        other: { table: carts, data: { column: session_sid, format: django } }
        bytes: { table: lines, key: code, data: { column: line, format: php } }`,
    says: `
      owners.session.data: session.sess is of type jsonb, so its data is not in format php
        Leave \`format\` out: it is json.
      owners.bytes.data: lines.line is of type integer, which holds no data in format php
        Data in format php is in a column of type text or character varying.`,
  },
  {
    name: "roles that are not there",
    manifest: `
      owners: { session: { table: session } }
      grants: { inspect: [nobody_a], tie: [nobody_b], sweep: [nobody_c], drain: [nobody_d] }`,
    says: `
      grants.inspect[0]: there is no role "nobody_a"
        Create it first, or leave it out.
      grants.tie[0]: there is no role "nobody_b"
        Create it first, or leave it out.
      grants.sweep[0]: there is no role "nobody_c"
        Create it first, or leave it out.
      grants.drain[0]: there is no role "nobody_d"
        Create it first, or leave it out.`,
  },
  {
    name: "faults of every kind, in the order of the file",
    owns: `
      - { table: carts, by: session_id, claim: owner_user, emit: [x], keep_when: y }
      - { table: nowhere, by: a }
      - { table: notes, by: { column: a, type_column: kind, type: S }, on_delete: { soft_delete: z } }
      - { table: documents, through: { table: session_documents, owner: b, owned: c }, on_delete: { archive: session } }`,
    says: `
      …[0].by: carts has no column "session_id"
        Did you mean "session_sid"?
      …[0].claim: carts.owner_user is NOT NULL, but null is what says that nobody has claimed the row
        Run: alter table carts alter column owner_user drop not null. Or name another column.
      …[0].emit[0]: carts has no column "x"
        Its columns are: id, session_sid, must_sid, user_id, owner_user, deleted_at, gone_at, gone, size, twice, big.
      …[0].keep_when: PostgreSQL cannot read this: column "y" does not exist
        Write SQL over a row of carts, whose columns are: id, session_sid, must_sid, user_id, owner_user, deleted_at, gone_at, gone, size, twice, big.
      …[1].table: there is no table "nowhere"
        Create it first, or correct the name.
      …[2].by.column: notes has no column "a"
        Its columns are: id, subject_id, subject_text, subject_type, kind, session_sid.
      …[2].by.type_column: notes.kind is of type integer, but the name of a type is a text
        Name a column of type text, character varying or character; enums come in a later release.
      …[2].on_delete: notes has no column "z"
        Its columns are: id, subject_id, subject_text, subject_type, kind, session_sid.
      …[3].through.owner: session_documents has no column "b"
        Its columns are: session_sid, document_id.
      …[3].through.owned: session_documents has no column "c"
        Its columns are: session_sid, document_id.
      …[3].on_delete: session lacks id, title, archived_at, so it cannot keep rows of documents
        Run: alter table session add column id bigint, add column title text, add column archived_at timestamp with time zone.
      …[3].on_delete: session.sid is NOT NULL, but an archived row may have nothing to put there
        Run: alter table session alter column sid drop not null.`,
  },
];

test.each(CASES)("$name", async ({ sql = "", owns = "", manifest = ofSession(owns), says }) => {
  await db.query("drop schema if exists public, kept, lastwill cascade; create schema public");
  await db.query(`${RESOLVE_SCHEMA} ${sql}`);
  const { faults, source } = await resolveManifest(db, lines(manifest));
  expect(plain(new InputError(source, faults).message)).toBe(lines(says));
});

/** Without the place in the file. */
function plain(message: string): string {
  return message.replaceAll(/^m\.yaml:(?:\d+:\d+)? /gm, "").replaceAll("owners.session.owns", "…");
}
