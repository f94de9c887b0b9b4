import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type pg from "pg";
import { readCatalog } from "../catalog.ts";
import { withEmbedded } from "../embedded.ts";
import { formatNamed } from "../format/formats.ts";
import { generate } from "../generate.ts";
import { readManifest } from "../manifest/read.ts";
import { migrate } from "../migrate.ts";
import { render } from "../sql/template.ts";

/** A table or view of schema lastwill, as the catalog describes it. */
export interface Relation {
  readonly name: string;
  readonly kind: "table" | "view";
  readonly comment: string | null;
  /** The roles that may read it, but for its owner. */
  readonly granted_to: readonly string[];
  readonly columns: readonly Column[];
}

export interface Column {
  readonly name: string;
  readonly type: string;
  readonly comment: string | null;
}

/** A function or procedure of schema lastwill, as the catalog describes it. */
export interface Routine {
  readonly name: string;
  /** `rows` is a function that gives any number of them. */
  readonly kind: "procedure" | "function" | "rows" | "trigger";
  /** As PostgreSQL prints them: `owner text DEFAULT NULL::text`. */
  readonly arguments: string;
  /** Null for a procedure that gives nothing. */
  readonly result: string | null;
  readonly comment: string | null;
  /** The roles that may call it, but for its owner. */
  readonly granted_to: readonly string[];
}

/** All that is installed for one manifest. */
export interface Installed {
  readonly owners: readonly string[];
  readonly relations: readonly Relation[];
  readonly routines: readonly Routine[];
}

/** Installs a manifest into an embedded PostgreSQL with these tables, and asks what schema lastwill holds then. */
export async function askInstalled(schema: string, manifestText: string): Promise<Installed> {
  return withEmbedded(async (client) => {
    await client.query(schema);
    const owners = await install(client, manifestText);
    const { rows: relations } = await client.query<Relation>(render("reference/relations.sql"));
    const { rows: routines } = await client.query<Routine>(render("reference/routines.sql"));
    return { owners, relations, routines };
  });
}

/** Gives the names of the manifest's owners. */
async function install(client: pg.ClientBase, manifestText: string): Promise<string[]> {
  const { manifest, source } = readManifest(manifestText, "ownership.yaml");
  const { files } = generate({
    manifest,
    source,
    catalog: await readCatalog(client, manifest),
    lock: undefined,
    format: formatNamed("node-pg-migrate"),
    folder: { existing: [], texts: new Map(), now: 0 },
  });
  const folder = await mkdtemp(join(tmpdir(), "lastwill-reference-"));
  try {
    for (const file of files) await writeFile(join(folder, file.name), file.text);
    await migrate({ client, folder, direction: "up", count: Number.POSITIVE_INFINITY });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return manifest.owners.map(({ name }) => name);
}
