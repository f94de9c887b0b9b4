import { readCatalog } from "../../src/catalog.ts";
import type { ManifestSource } from "../../src/faults.ts";
import { readManifest } from "../../src/manifest/read.ts";
import { type Resolution, resolve } from "../../src/resolve/resolve.ts";
import type { TestDatabase } from "./database.ts";

/** Tables to be owned in every way, and columns that cannot be used for it. */
export const RESOLVE_SCHEMA = `
  create table session (sid text primary key, sess jsonb, expire timestamptz, cart_ids bigint[], tag text);
  create table carts (
    id bigint primary key,
    session_sid text,
    must_sid text not null,
    user_id bigint,
    owner_user bigint not null,
    deleted_at timestamptz,
    gone_at timestamp not null,
    gone boolean not null default false,
    size numeric(8, 2) not null default 0,
    twice numeric generated always as (size * 2) stored,
    big text generated always as (upper(must_sid)) stored
  );
  create table cart_items (id bigint primary key, cart_id bigint, product_id integer not null, user_id integer);
  create table lines (
    cart_id bigint,
    line integer,
    session_sid text,
    code uuid unique,
    primary key (cart_id, line)
  );
  create table line_notes (id bigint primary key, cart_id bigint, line integer, note text, code uuid);
  create table notes (
    id bigint primary key,
    subject_id bigint,
    subject_text text not null,
    subject_type text not null,
    kind integer,
    session_sid text
  );
  create table documents (id bigint primary key, title text);
  create table session_documents (
    session_sid text references session on delete cascade,
    document_id bigint references documents on delete cascade
  );
  create index on session_documents (document_id, session_sid);`;

/** Holds a manifest against a database. */
export async function resolveManifest(
  db: Pick<TestDatabase, "connect">,
  text: string,
): Promise<Resolution & { readonly source: ManifestSource }> {
  const { manifest, source } = readManifest(text, "m.yaml");
  const client = await db.connect();
  try {
    return { ...resolve(manifest, await readCatalog(client, manifest)), source };
  } finally {
    await client.end();
  }
}

/** A manifest of one owner, from its list of edges. */
export function ofSession(owns: string): string {
  const edges = lines(owns).replaceAll(/^/gm, "      ");
  return `owners:\n  session:\n    table: session\n    data: { column: sess }\n    owns:\n${edges}\n`;
}

/** A text of several lines, without the margin that it has in the source. */
export function lines(text: string): string {
  const trimmed = text.replace(/^\n/, "").trimEnd();
  const margin = /^ */.exec(trimmed)?.[0] ?? "";
  return trimmed.replaceAll(new RegExp(`^${margin}`, "gm"), "");
}
