import pg from "pg";
import { layouts, makeTables } from "./layouts.mjs";

/**
 * All databases of one size and one order of rows: the bare tables, a template for each layout, made
 * when it is first asked for, and copies of them for the contestants.
 */
export class World {
  #server;
  #children;
  #say;
  #layouts;
  #prefix;
  #templates = new Map();
  #clients = new Map();
  #copies = 0;

  constructor(server, { size, children, against, say }) {
    this.#server = server;
    this.size = size;
    this.#children = children;
    this.#say = say;
    this.#layouts = layouts(against);
    this.#prefix = `${children}_${size}`;
  }

  /** The name of a layout's template, which is made if it is not there. */
  async #template(layout) {
    const known = this.#templates.get(layout);
    if (known !== undefined) return known;
    const name = `${this.#prefix}_${layout}`;
    const admin = await this.client("postgres");
    const { is, make } = this.#layouts[layout];
    if (layout === "plain") {
      this.#say(`${this.size.toLocaleString("en")} sessions, ten rows each, ${this.#children}`);
      await admin.query(`create database ${name} template template0 encoding 'UTF8'`);
      await this.#change(name, (client) => makeTables(client, this.size, this.#children));
    } else {
      const bare = await this.#template("plain");
      this.#say(`layout ${layout}: ${is}`);
      await admin.query(`create database ${name} template ${bare} strategy file_copy`);
      await this.#change(name, make);
    }
    this.#templates.set(layout, name);
    return name;
  }

  async #change(database, work) {
    const client = await this.client(database);
    await work(client);
    await client.query("vacuum (freeze, analyze)");
    await client.query("create extension if not exists pg_prewarm").catch(() => undefined);
    await this.#end(database);
  }

  /** Whether the sweep has a parameter: contestants that need it are left out where it has not. */
  async sweepTakes(parameter) {
    const name = await this.#template("ours");
    const client = await this.client(name);
    const { rows } = await client.query(
      `select exists (
         select from pg_proc
         where proname = 'sweep'
           and pronamespace = 'lastwill'::regnamespace
           and $1 = any(proargnames)
       ) as takes`,
      [parameter],
    );
    await this.#end(name);
    return rows[0].takes;
  }

  /** A fresh copy of a layout, all of it in memory; `work` gets a connection to it, and its name. */
  async withCopy(layout, work) {
    const name = await this.copy(layout);
    try {
      return await work(await this.client(name), name);
    } finally {
      await this.drop(name);
    }
  }

  /** Copies a layout; gives the copy's name. */
  async copy(layout) {
    const template = await this.#template(layout);
    const name = `${this.#prefix}_copy_${++this.#copies}`;
    const admin = await this.client("postgres");
    await admin.query(`create database ${name} template ${template} strategy file_copy`);
    await warm(await this.client(name));
    return name;
  }

  async drop(name) {
    await this.#end(name);
    const admin = await this.client("postgres");
    await admin.query(`drop database ${name} (force)`);
  }

  async checkpoint() {
    await (await this.client("postgres")).query("checkpoint");
  }

  /** The one connection to a database that everything is done by. */
  async client(database) {
    return this.#clients.get(database)?.[0] ?? this.another(database);
  }

  /** One more connection to a database. */
  async another(database) {
    const client = new pg.Client(this.where(database));
    await client.connect();
    this.#clients.set(database, [...(this.#clients.get(database) ?? []), client]);
    return client;
  }

  /** What anybody needs to connect to a database. */
  where(database) {
    return { host: this.#server.host, user: "postgres", database };
  }

  async #end(database) {
    const clients = this.#clients.get(database) ?? [];
    this.#clients.delete(database);
    await Promise.all(clients.map((client) => client.end()));
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
