import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const here = (name) => new URL(name, import.meta.url);
const read = (name) => readFileSync(here(name), "utf8");
const OURS = new URL("..", import.meta.url);

/** How rows lie that sessions own: see data.sql. */
export const CHILDREN = {
  near: "n + random() * :n / 50",
  scattered: "random()",
};

/** The bare tables with `size` sessions. Sorting is what takes the time, so it has the memory. */
export async function makeTables(client, size, children) {
  const rows = read("data.sql").replaceAll(":order", CHILDREN[children]);
  await client.query("set work_mem = '1GB'; set maintenance_work_mem = '1GB'");
  await client.query(read("shop.sql"));
  await client.query(rows.replaceAll(/:n\b/g, String(size)));
  await client.query(read("indexes.sql"));
}

/** The databases that contestants are copies of, and how each is made from the bare tables. */
export function layouts(against) {
  const other = against && pathToFileURL(`${against}/`);
  return {
    plain: { is: "no foreign keys and no triggers", make: async () => {} },
    cascade: {
      is: "foreign keys that cascade, no triggers",
      make: (client) => client.query(read("cascade.sql")),
    },
    no_action: {
      is: "foreign keys that refuse, no triggers",
      make: (client) => client.query(read("no-action.sql")),
    },
    ours: { is: "what gen-migrations wrote", make: install(OURS, "ownership.yaml") },
    other: { is: `what ${against} wrote`, make: install(other, "ownership.yaml") },
  };
}

/** Generates from a manifest with the library built in `folder`, and migrates, as a user would. */
function install(folder, file) {
  return async (client) => {
    const load = (module) => import(new URL(`dist/${module}`, folder).href);
    const { formatNamed, generate, loadManifest, readCatalog } = await load("index.js");
    const { MIGRATIONS_TABLE, migrate } = await load("migrate.js");
    const { manifest, source } = await loadManifest(here(file).pathname);
    const generation = generate({
      manifest,
      source,
      catalog: await readCatalog(client, manifest),
      lock: undefined,
      format: formatNamed("node-pg-migrate"),
      folder: { existing: [], texts: new Map(), now: Date.now() },
    });
    const migrations = mkdtempSync(join(tmpdir(), "lw-bench-migrations-"));
    try {
      for (const { name, text } of generation.files) writeFileSync(join(migrations, name), text);
      await migrate({
        client,
        folder: migrations,
        direction: "up",
        count: Number.POSITIVE_INFINITY,
        table: MIGRATIONS_TABLE,
      });
    } finally {
      rmSync(migrations, { recursive: true, force: true });
    }
  };
}
