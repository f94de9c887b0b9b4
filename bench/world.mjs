import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import pg from "pg";

const here = (name) => new URL(name, import.meta.url);
const read = (name) => readFileSync(here(name), "utf8");

/** The databases that copies are made of, and how each is made from the bare tables. */
export function layouts({ against }) {
  return [
    { name: "plain", is: "no foreign keys and no triggers", make: async () => {} },
    {
      name: "cascade",
      is: "foreign keys that cascade, no triggers",
      make: (client) => client.query(read("cascade.sql")),
    },
    {
      name: "ours",
      is: "what gen-migrations wrote",
      make: install(new URL("..", import.meta.url)),
    },
    ...(against
      ? [
          {
            name: "other",
            is: `what ${against} wrote`,
            make: install(pathToFileURL(`${against}/`)),
          },
        ]
      : []),
  ];
}

/** All of a world's databases on one server: layouts are templates, contestants are copies of them. */
export class World {
  #server;
  #clients = new Map();
  #copies = 0;

  constructor(server) {
    this.#server = server;
  }

  /** Makes the bare tables with `size` sessions, and of them a template for each layout. */
  async build(size, wanted, say) {
    const admin = await this.client("postgres");
    say(`${size.toLocaleString("en")} sessions, ten rows each`);
    await admin.query("create database base template template0 encoding 'UTF8'");
    await this.#change("base", async (client) => {
      await client.query(read("shop.sql"));
      await client.query(read("data.sql").replaceAll(/:n\b/g, String(size)));
    });
    for (const layout of wanted) {
      say(`layout ${layout.name}: ${layout.is}`);
      await admin.query(`create database ${layout.name} template base strategy file_copy`);
      await this.#change(layout.name, layout.make);
    }
  }

  async #change(database, work) {
    const client = await this.client(database);
    await work(client);
    await client.query("vacuum (freeze, analyze)");
    await client.query("create extension if not exists pg_prewarm").catch(() => undefined);
    await this.#end(database);
  }

  /** A fresh copy of a layout, all of it in memory; `work` gets a connection to it. */
  async withCopy(layout, work) {
    const name = await this.copy(layout);
    try {
      return await work(await this.client(name));
    } finally {
      await this.drop(name);
    }
  }

  /** Copies a layout; gives the copy's name. */
  async copy(layout) {
    const name = `copy_${++this.#copies}`;
    const admin = await this.client("postgres");
    await admin.query(`create database ${name} template ${layout} strategy file_copy`);
    const client = await this.client(name);
    await warm(client);
    return name;
  }

  async drop(name) {
    await this.#end(name);
    const admin = await this.client("postgres");
    await admin.query(`drop database ${name}`);
  }

  async checkpoint() {
    await (await this.client("postgres")).query("checkpoint");
  }

  /** The one connection to a database. */
  async client(database) {
    let client = this.#clients.get(database);
    if (client === undefined) {
      client = new pg.Client({ host: this.#server.host, user: "postgres", database });
      await client.connect();
      this.#clients.set(database, client);
    }
    return client;
  }

  async #end(database) {
    await this.#clients.get(database)?.end();
    this.#clients.delete(database);
  }

  async close() {
    await Promise.all([...this.#clients.keys()].map((name) => this.#end(name)));
  }
}

async function warm(client) {
  const { rows } = await client.query(
    "select exists (select from pg_extension where extname = 'pg_prewarm') as there",
  );
  await client.query(
    rows[0].there
      ? "select pg_prewarm(oid) from pg_class where relkind in ('r', 'i') and oid >= 16384"
      : "select count(*) from session, lateral (select count(*) from cart_items) as counted",
  );
}

/** Generates from ownership.yaml with the library built in `folder`, and migrates, as a user would. */
function install(folder) {
  return async (client) => {
    const load = (module) => import(new URL(`dist/${module}`, folder).href);
    const { generate, loadManifest, readCatalog } = await load("index.js");
    const { MIGRATIONS_TABLE, migrate } = await load("migrate.js");
    const { manifest, source } = await loadManifest(here("ownership.yaml").pathname);
    const generation = generate({
      manifest,
      source,
      catalog: await readCatalog(client, manifest),
      lock: { file: "ownership.lock.json", text: undefined },
      existing: [],
      now: Date.now(),
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
