import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import {
  column,
  drafts,
  type Installed,
  settle,
  value,
  withInstalled,
} from "../support/installed.ts";

// These two bring no types with them.
const require = createRequire(import.meta.url);
const express = require("express");
const session = require("express-session");
const connectPgSimple = require("connect-pg-simple");

const ROOT = new URL("../../", import.meta.url);
const SCHEMA =
  readFileSync(new URL("migrations/0001_shop.sql", ROOT), "utf8").split("-- Down Migration")[0] ??
  "";
const MANIFEST = `cron: none\n${readFileSync(new URL("ownership.yaml", ROOT), "utf8")}`;

/** A browser, as far as cookies go. */
class Browser {
  readonly #origin: string;
  #cookie = "";

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** Asks for a page, and gives what the application says; fails where it fails. */
  async get(path: string): Promise<Record<string, string>> {
    const response = await fetch(`${this.#origin}${path}`, { headers: { cookie: this.#cookie } });
    const cookie = response.headers.get("set-cookie")?.split(";")[0];
    if (cookie !== undefined) this.#cookie = cookie;
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  }
}

/** The shop's application: the real express, express-session and connect-pg-simple. */
async function withShop(
  run: (shop: {
    db: Installed;
    browser: () => Browser;
    store: { pruneSessions: (done: (error?: unknown) => void) => void };
    /** Called in the midst of a login, when the old session is gone and the new one not yet there. */
    inTheGap: (work: () => Promise<void>) => void;
  }) => Promise<void>,
): Promise<void> {
  await withInstalled({ schema: SCHEMA, manifest: MANIFEST }, async (db) => {
    const pool = db.pool({ max: 4 });
    const Store = connectPgSimple(session);
    const errors: unknown[] = [];
    const store = new Store({
      pool,
      pruneSessionInterval: false,
      errorLog: (...error: unknown[]) => errors.push(error),
    });
    let gap = async (): Promise<void> => {};
    const app = express();
    app.use(
      session({
        store,
        secret: "not a secret",
        resave: false,
        saveUninitialized: false,
        cookie: { maxAge: 3_600_000 },
      }),
    );
    const done = (request: Any, response: Any) => response.json({ sid: request.sessionID });
    const call = (target: Any, method: string) =>
      new Promise<void>((resolve, reject) =>
        target[method]((error: unknown) => (error ? reject(error) : resolve())),
      );
    app.get("/begin", async (request: Any, response: Any) => {
      const draft = await pool.query("insert into drafts default values returning id");
      request.session.draftId = draft.rows[0].id;
      // The row of the session has to be there before a foreign key can point to it.
      await call(request.session, "save");
      const cart = await pool.query("insert into carts (session_sid) values ($1) returning id", [
        request.sessionID,
      ]);
      await pool.query("insert into cart_items (cart_id, product) values ($1, 'tea')", [
        cart.rows[0].id,
      ]);
      done(request, response);
    });
    app.get("/upload", async (request: Any, response: Any) => {
      const upload = await pool.query("insert into uploads (path) values ('/x') returning id");
      request.session.uploads = [...(request.session.uploads ?? []), { id: upload.rows[0].id }];
      done(request, response);
    });
    app.get("/look", done);
    app.get("/draft", async (request: Any, response: Any) => {
      const draft = await pool.query("insert into drafts default values returning id");
      request.session.draftId = draft.rows[0].id;
      done(request, response);
    });
    app.get("/name", (request: Any, response: Any) => {
      request.session.visitor = request.query.name;
      done(request, response);
    });
    app.get("/login", async (request: Any, response: Any) => {
      const { draftId, uploads } = request.session;
      await call(request.session, "regenerate");
      await gap();
      Object.assign(request.session, { draftId, uploads, user: 1 });
      done(request, response);
    });
    app.get("/logout", async (request: Any, response: Any) => {
      await call(request.session, "destroy");
      response.json({});
    });
    app.get("/soon", (request: Any, response: Any) => {
      request.session.cookie.maxAge = 1;
      request.session.last = true;
      done(request, response);
    });
    app.use((error: Error, _request: Any, response: Any, _next: Any) => {
      errors.push(error);
      response.status(500).send(String(error.stack));
    });
    const server = createServer(app);
    await listen(server);
    try {
      const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      await run({
        db,
        store,
        browser: () => new Browser(origin),
        inTheGap: (work) => {
          gap = work;
        },
      });
      expect(errors).toEqual([]);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
}

// biome-ignore lint/suspicious/noExplicitAny: express has no types here
type Any = any;

async function listen(server: Server): Promise<void> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
}

const counts = async (db: Installed) =>
  (
    await db.query(`
      select (select count(*)::integer from session) as sessions,
             (select count(*)::integer from carts) as carts,
             (select count(*)::integer from cart_items) as items,
             (select count(*)::integer from drafts) as drafts,
             (select count(*)::integer from uploads) as uploads`)
  )[0];

test("a visit: begun, touched, its draft changed, logged in, logged out", () =>
  withShop(async ({ db, browser, inTheGap }) => {
    const visitor = browser();
    const { sid } = await visitor.get("/begin");
    await visitor.get("/upload");
    await visitor.get("/upload");
    expect(await counts(db)).toEqual({ sessions: 1, carts: 1, items: 1, drafts: 1, uploads: 2 });
    expect(
      await column(db, "select edge from lastwill.owned where owner_key = $1 order by 1", [sid]),
    ).toEqual([
      "session.cart_items",
      "session.carts",
      "session.drafts",
      "session.uploads",
      "session.uploads",
    ]);

    // A touch moves the expiry, and nothing else.
    const before = await value(db, "select expire from session");
    await db.query("update session set expire = expire - interval '10 minutes'");
    await visitor.get("/look");
    expect(await value(db, "select expire >= $1 from session", [before])).toBe(true);
    expect(await column(db, "select owned_key from lastwill.released")).toEqual([]);

    // Another draft takes the first one's place.
    await visitor.get("/draft");
    expect(await column(db, "select owned_key from lastwill.released")).toEqual(["1"]);
    await settle(db);
    expect(await drafts(db)).toEqual([2]);

    // Logging in deletes the session, and writes the new one only as the response ends.
    let swept = 0;
    inTheGap(async () => {
      swept = Number(await value(db, "select count(*) from session"));
      expect(
        await column(db, "select owned_key from lastwill.released where edge = 'session.drafts'"),
      ).toEqual(["2"]);
      await db.query("call lastwill.sweep()");
      swept += 1;
    });
    const after = await visitor.get("/login");
    expect(swept).toBe(1);
    expect(after["sid"]).not.toBe(sid);
    expect(await column(db, "select owned_key from lastwill.released")).toEqual([]);
    await settle(db);
    expect(await counts(db)).toEqual({ sessions: 1, carts: 0, items: 0, drafts: 1, uploads: 2 });

    await visitor.get("/logout");
    expect(await counts(db)).toEqual({ sessions: 0, carts: 0, items: 0, drafts: 1, uploads: 2 });
    await settle(db);
    expect(await counts(db)).toEqual({ sessions: 0, carts: 0, items: 0, drafts: 0, uploads: 0 });
  }));

test("a visit that expires is ended by the sweep, beside one that goes on", () =>
  withShop(async ({ db, browser }) => {
    const [gone, stays] = [browser(), browser()];
    await gone.get("/begin");
    await gone.get("/upload");
    await stays.get("/begin");
    await gone.get("/soon");
    // The store rounds up to whole seconds.
    await db.query("select pg_sleep(1.1)");
    await db.query("call lastwill.sweep()");
    expect(await counts(db)).toEqual({ sessions: 1, carts: 1, items: 1, drafts: 1, uploads: 0 });
    await stays.get("/look");
    expect(await drafts(db)).toEqual([2]);
  }));

test("a visit that the store itself prunes takes along what it owns, at once", () =>
  withShop(async ({ db, browser, store }) => {
    const [gone, stays] = [browser(), browser()];
    await gone.get("/begin");
    await gone.get("/upload");
    await stays.get("/begin");
    await gone.get("/soon");
    await db.query(
      "update session set expire = now() - interval '1 minute' where sess ->> 'last' = 'true'",
    );
    await new Promise<void>((resolve, reject) =>
      store.pruneSessions((error) => (error ? reject(error) : resolve())),
    );
    expect(await counts(db)).toEqual({ sessions: 1, carts: 1, items: 1, drafts: 1, uploads: 0 });
  }));

test("a visitor whose name holds a NUL, or half a character, goes on as before", () =>
  withShop(async ({ db, browser }) => {
    const visitor = browser();
    await visitor.get("/begin");
    await visitor.get("/upload");
    await visitor.get("/name?name=%00");
    expect(await value(db, "select sess::text like '%u0000%' from session")).toBe(true);
    await visitor.get("/look");
    await visitor.get("/draft");
    await settle(db);
    expect(await counts(db)).toEqual({ sessions: 1, carts: 1, items: 1, drafts: 1, uploads: 1 });
    expect(await value(db, "select undecodable::integer from lastwill.status")).toBe(0);
    await visitor.get("/logout");
    await settle(db);
    expect(await counts(db)).toEqual({ sessions: 0, carts: 0, items: 0, drafts: 0, uploads: 0 });
  }));
