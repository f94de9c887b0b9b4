import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type pg from "pg";
import { beforeAll, expect, test } from "vitest";
import { builtCopy } from "../package/built.ts";
import {
  column,
  expire,
  type Installed,
  settle,
  value,
  withInstalled,
} from "../support/installed.ts";

/** The examples beside a package that is built, so that "pg-lastwill" is what it is to a user. */
let examples: string;

beforeAll(async () => {
  examples = join(await builtCopy(), "examples");
}, 120_000);

/** A browser, as far as cookies go. */
interface Browser {
  readonly post: (path: string, body?: unknown) => Promise<void>;
  /** The session's id in its cookie. */
  readonly sid: () => string;
}

/** Runs an example as it is, with its own schema and manifest, on a port of its own. */
async function withExample(
  name: string,
  run: (db: Installed, browser: () => Browser) => Promise<void>,
): Promise<void> {
  const schema = readFileSync(join(examples, `${name}.sql`), "utf8");
  const manifest = `cron: none\n${readFileSync(join(examples, `${name}.yaml`), "utf8")}`;
  // As Node.js itself loads it, and not the test runner.
  const { shop } = createRequire(import.meta.url)(join(examples, `${name}.mjs`)) as {
    shop: (pool: pg.Pool) => RequestListener;
  };
  await withInstalled({ schema, manifest }, async (db) => {
    const server = createServer(shop(db.pool({ max: 4 }))).listen(0, "127.0.0.1");
    await once(server, "listening");
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      await run(db, () => browserAt(origin));
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
}

function browserAt(origin: string): Browser {
  let cookie = "";
  return {
    post: async (path, body = {}) => {
      const response = await fetch(`${origin}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", cookie },
        body: JSON.stringify(body),
      });
      cookie = response.headers.get("set-cookie")?.split(";")[0] ?? cookie;
      // The headers come before the session is saved, and the last byte when it is.
      const text = await response.text();
      if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    },
    sid: () => decodeURIComponent(cookie.split("=")[1] ?? "").replace(/^s:([^.]*)\..*$/, "$1"),
  };
}

test("express-login: the guest's things survive the login, and end with the session that follows", () =>
  withExample("express-login", async (db, browser) => {
    const [visitor, other] = [browser(), browser()];
    await other.post("/carts", { product: "coffee" });
    await visitor.post("/drafts", { text: "dear" });
    await visitor.post("/carts", { product: "tea" });
    await visitor.post("/favourites", { product: "cups" });
    const guest = visitor.sid();
    const carts = () => column(db, "select session_sid from carts where product = 'tea'");
    expect(await carts()).toEqual([guest]);

    await visitor.post("/login", { name: "ada" });
    expect(visitor.sid()).not.toBe(guest);
    await settle(db);
    expect(await column(db, "select sid from session order by sid")).toEqual(
      [visitor.sid(), other.sid()].sort(),
    );
    expect(await carts()).toEqual([visitor.sid()]);
    expect(await column(db, "select body from drafts")).toEqual(["dear"]);
    const favourites = "select user_id, session_sid, product from favourites order by id";
    expect(await db.query(favourites)).toEqual([
      { user_id: 1, session_sid: null, product: "cups" },
    ]);
    expect(await column(db, "select edge from lastwill.released")).toEqual([]);
    await visitor.post("/favourites", { product: "pots" });

    await visitor.post("/logout");
    expect(await carts()).toEqual([null]);
    expect(await column(db, "select edge from lastwill.released order by edge")).toEqual([
      "session.carts",
      "session.drafts",
    ]);
    await settle(db);
    expect(await column(db, "select body from drafts")).toEqual([]);
    expect(await column(db, "select product from carts")).toEqual(["coffee"]);
    expect(await db.query(favourites)).toEqual([
      { user_id: 1, session_sid: null, product: "cups" },
      { user_id: 1, session_sid: null, product: "pots" },
    ]);

    // A guest who never logs in, and a second login of the same user.
    await visitor.post("/favourites", { product: "a passing fancy" });
    await other.post("/login", { name: "ada" });
    await expire(db, "sess ->> 'userId' is null");
    await settle(db);
    expect(await column(db, "select sid from session")).toEqual([other.sid()]);
    expect(await column(db, "select product from carts")).toEqual(["coffee"]);
    expect(await value(db, "select count(*)::integer from favourites")).toBe(2);
  }));

test("express-redis: rows end with sessions that are not in PostgreSQL", () =>
  withExample("express-redis", async (db, browser) => {
    const [visitor, other, idle] = [browser(), browser(), browser()];
    await other.post("/carts", { product: "coffee" });
    await idle.post("/carts", { product: "milk" });
    await visitor.post("/drafts", { text: "dear" });
    await visitor.post("/carts", { product: "tea" });
    const guest = visitor.sid();
    const keys = () => column(db, "select key from lastwill.session order by key");
    const owners = (table: string) => column(db, `select session_key from ${table} order by id`);
    expect(await keys()).toEqual([guest, other.sid(), idle.sid()].sort());
    expect(
      await value(
        db,
        "select min(expires_at) between now() + interval '30 minutes' and now() + interval '31 minutes' from lastwill.session",
      ),
    ).toBe(true);

    await visitor.post("/login", { name: "ada" });
    expect(visitor.sid()).not.toBe(guest);
    await settle(db);
    expect(await keys()).toEqual([visitor.sid(), other.sid(), idle.sid()].sort());
    expect(await owners("drafts")).toEqual([visitor.sid()]);
    expect(await owners("carts")).toEqual([other.sid(), idle.sid(), visitor.sid()]);

    // Nothing is asked of one of them for its whole lifetime; any request renews the others.
    await db.query("update lastwill.session set expires_at = now() - interval '1 second'");
    await visitor.post("/drafts", { text: "again" });
    await other.post("/carts", { product: "sugar" });
    await db.query("call lastwill.sweep()");
    expect(await keys()).toEqual([visitor.sid(), other.sid()].sort());
    expect(await column(db, "select product from carts order by id")).toEqual([
      "coffee",
      "tea",
      "sugar",
    ]);

    await visitor.post("/logout");
    await db.query("call lastwill.sweep()");
    expect(await keys()).toEqual([other.sid()]);
    expect(await column(db, "select body from drafts")).toEqual([]);
    expect(await column(db, "select product from carts order by id")).toEqual(["coffee", "sugar"]);
  }));

test("express-redis: a visitor who owns nothing leaves no row", () =>
  withExample("express-redis", async (db, browser) => {
    await browser().post("/logout");
    expect(await value(db, "select count(*)::integer from lastwill.session")).toBe(0);
  }));
