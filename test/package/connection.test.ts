import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { openDatabase } from "../support/database.ts";
import "../support/provided.ts";
import { startTlsServer, type TlsServer } from "../support/server/tls.ts";
import { builtForTests, type Ran, run } from "./built.ts";

const built = builtForTests();
const PASSWORD = "s3cret";
let server: TlsServer;

beforeAll(async () => {
  server = await startTlsServer([
    "hostnossl all tls 127.0.0.1/32 reject",
    "host all secret 127.0.0.1/32 scram-sha-256",
    "host all all 127.0.0.1/32 trust",
  ]);
  const db = await openDatabase(server.adminUrl);
  for (const sql of [
    "create role tls login",
    `create role secret login password '${PASSWORD}'`,
    "create role crowd login connection limit 0",
    "create role outsider login",
    "create database closed",
    "revoke connect on database closed from public",
  ])
    await db.query(sql);
  await db.close();
}, 120_000);

afterAll(() => server?.stop());

/** Runs a command that connects first. */
function lastwill(url: string | undefined, env: Record<string, string> = {}): Promise<Ran> {
  const args = [built.cli, "sweep", ...(url === undefined ? [] : ["-d", url])];
  return run("node", args, { cwd: tmpdir(), env: { HOME: "/nowhere", ...env } });
}

/** What a command says that has reached a database without pg-lastwill. */
const REACHED = 'schema "lastwill" does not exist';

const at = (user: string, rest = "/postgres", host = "127.0.0.1"): string =>
  `postgres://${user}@${host}:${server.port}${rest}`;

/** Where, what, and what to do: two lines and no stack trace. */
function expectFault(ran: Ran, code: number, what: string, fix: string): void {
  expect(ran, ran.stderr).toMatchObject({ code, stdout: "" });
  const [first, second, ...more] = ran.stderr.trimEnd().split("\n");
  expect(first).toMatch(/^lastwill: /);
  expect(first).toContain(what);
  expect(second).toContain(`  ${fix}`);
  expect(more).toEqual([]);
  expect(ran.stderr).not.toContain(PASSWORD);
}

describe("what a server refuses is one error, with what to do, and exit code 3", () => {
  const cases: readonly [name: string, url: () => string, what: string, fix: string][] = [
    ["no password", () => at("secret"), "wants a password, and none", "Write it into the URL"],
    ["a wrong password", () => at("secret:wrong"), "password authentication failed", "Is it this"],
    ["a role that is not there", () => at("nobody"), 'role "nobody" does not exist', "Name a role"],
    [
      "no such database",
      () => at("outsider", "/no"),
      'database "no" does not exist',
      "Is its name",
    ],
    ["too many connections", () => at("crowd"), "too many connections", "End some"],
    ["no TLS where it must be", () => at("tls"), "pg_hba.conf rejects", "Add sslmode=require"],
    [
      "a self-signed certificate",
      () => at("tls", "/postgres?sslmode=require", "localhost"),
      "of an authority unknown here (DEPTH_ZERO_SELF_SIGNED_CERT)",
      "Name its authority's certificate",
    ],
    [
      "a certificate for another host",
      () => at("tls", `/postgres?sslmode=verify-full&sslrootcert=${server.certificate}`),
      "for another host",
      "Name the host as",
    ],
    [
      "a port where nobody is",
      () => "postgres://x:s3cret@127.0.0.1:1/none",
      "ECONNREFUSED",
      "Is Pos",
    ],
    [
      "a host that is none",
      () => "postgres://x:s3cret@a.invalid/none",
      "no such host",
      "Is its name",
    ],
    [
      "a folder without a socket",
      () => "postgres:///none?host=/nowhere",
      "ENOENT",
      "Is PostgreSQL",
    ],
  ];

  test.each(cases)("%s", async (_, url, what, fix) => {
    expectFault(await lastwill(url()), 3, what, fix);
  });

  test("a server without TLS, which every server is on its socket", async () => {
    const url = `${inject("databaseUrl")}&sslmode=require`;
    expectFault(await lastwill(url), 3, "does not speak TLS", "Leave sslmode out");
  });

  test("a database that lets the role not in", async () => {
    const ran = await lastwill(at("outsider", "/closed"));
    expect(ran.code).toBe(3);
    expect(ran.stderr).toContain('permission denied for database "closed"');
    expect(ran.stderr).toContain("grant connect on database");
  });
});

describe("what is no PostgreSQL", () => {
  const sockets: Socket[] = [];
  let silent: Server;
  let web: Server;
  const portOf = (each: Server) => (each.address() as { port: number }).port;

  beforeAll(async () => {
    silent = createServer((socket) => sockets.push(socket));
    web = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    });
    for (const each of [silent, web])
      await new Promise<void>((done) => each.listen(0, "127.0.0.1", done));
  });

  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    silent.close();
    web.close();
  });

  test("is waited for no longer than connect_timeout says", async () => {
    const url = `postgres://x:${PASSWORD}@127.0.0.1:${portOf(silent)}/none`;
    expectFault(await lastwill(`${url}?connect_timeout=1`), 3, "not answer", "Are host and port");
    expectFault(await lastwill(url, { PGCONNECT_TIMEOUT: "1" }), 3, "not answer", "Are host");
  });

  test("is said to be none, with TLS and without", async () => {
    const url = `postgres://x:${PASSWORD}@127.0.0.1:${portOf(web)}/none`;
    for (const each of [url, `${url}?sslmode=require`])
      expectFault(await lastwill(each), 3, "hung up", "Is it PostgreSQL");
  });
});

describe("TLS", () => {
  test("reaches the server with its authority's certificate, in the URL or by variables, and without a warning", async () => {
    const url = at("tls", "/postgres", "localhost");
    const reached = await Promise.all([
      ...["require", "verify-full", "verify-ca", "prefer"].map((mode) =>
        lastwill(`${url}?sslmode=${mode}&sslrootcert=${server.certificate}`),
      ),
      lastwill(url, { PGSSLMODE: "require", PGSSLROOTCERT: server.certificate }),
      lastwill(`${url}?sslmode=no-verify`),
      lastwill(`${url}?sslmode=require&uselibpqcompat=true`),
      lastwill(at("outsider", "/postgres?sslmode=disable&sslrootcert=nowhere.pem")),
    ]);
    for (const ran of reached) {
      expect(ran.stderr).toContain(REACHED);
      expect(ran.stderr).not.toContain("WARNING");
    }
  });

  test("asked for by what is not there is the user's fault", async () => {
    const url = at("tls", "/postgres", "localhost");
    const fault = async (rest: string, what: string, fix: string) =>
      expectFault(await lastwill(url + rest), 2, what, fix);
    await fault("?sslmode=bogus", 'there is no sslmode "bogus"', "It is disable, require");
    await fault("?sslmode=require&sslrootcert=no.pem", "there is no file no.pem", "Name the file");
    await fault("?sslmode=verify-ca&uselibpqcompat=true", "needs the authority's", "Name its file");
    await fault("?port=x", "port is not a number", "Write it as");
    await fault("?connect_timeout=soon", "not a number of seconds", "It is a whole number");
  });
});

test("a URL that a password makes unreadable is never shown, and what to write is", async () => {
  const passwords = [
    "s3cret#x",
    "s3cret/x",
    "12/s3cret",
    "s3cret?x",
    "a@b/s3cret",
    "a#s3cret",
    "%ffs3cret",
  ];
  for (const password of passwords) {
    const ran = await lastwill(`postgres://me:${password}@127.0.0.1:1/app`);
    expectFault(ran, 2, "the database URL cannot be read", "Its form is");
    expect(ran.stderr).toContain("are written %23, %2F, %3F, %40 and %25");
  }
});

test("a password reaches the server as it is: encoded, and where nothing has to be", async () => {
  const odd = "a@b%zz 100% #/?";
  const db = await openDatabase(server.adminUrl);
  await db.query(`alter role secret password '${odd}'`);
  const encoded = await lastwill(at(`secret:${encodeURIComponent(odd)}`));
  await db.query("alter role secret password 'a@b%zz 100%'");
  const raw = await lastwill(at("secret:a@b%zz 100%"));
  await db.query(`alter role secret password '${PASSWORD}'`);
  await db.close();
  for (const ran of [encoded, raw]) expect(ran.stderr).toContain(REACHED);
});

test("no role, where the system names none either", async () => {
  const url = `postgres://127.0.0.1:${server.port}/postgres`;
  const what = "no PostgreSQL user name";
  expectFault(await lastwill(url, { USER: "" }), 3, what, "Write a role into the URL");
});

describe("without a URL", () => {
  test("libpq's variables name the database, where PGHOST or PGDATABASE is set", async () => {
    const env = { PGPORT: String(server.port), PGUSER: "secret", PGPASSWORD: PASSWORD };
    const host = await lastwill(undefined, { ...env, PGHOST: "127.0.0.1", PGDATABASE: "postgres" });
    expect(host.stderr).toContain(`127.0.0.1:${server.port}/postgres: ${REACHED}`);
    const database = await lastwill(undefined, { ...env, PGDATABASE: "postgres" });
    expect(database.stderr).toContain(`localhost:${server.port}/postgres: ${REACHED}`);
    const neither = await lastwill(undefined, env);
    expectFault(neither, 2, "no database was given", "Pass -d postgres://user:password@host");
    expect(neither.stderr).toContain("PGHOST or PGDATABASE");
  });

  test("a password is read from ~/.pgpass, without a word", async () => {
    const folder = mkdtempSync(join(tmpdir(), "lw-pgpass-"));
    const file = join(folder, "pgpass");
    writeFileSync(file, `127.0.0.1:*:*:secret:${PASSWORD}\n`, { mode: 0o600 });
    const ran = await lastwill(at("secret"), { PGPASSFILE: file });
    rmSync(folder, { recursive: true });
    expect(ran.stderr).toContain(REACHED);
    expect(ran.stderr).not.toContain("Warning");
  });

  test("a URL comes before them", async () => {
    const ran = await lastwill(at("outsider"), { PGHOST: "a.invalid", PGDATABASE: "none" });
    expect(ran.stderr).toContain(REACHED);
  });
});
