import { spawnSync } from "node:child_process";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { inspectOutput } from "../../src/output/inspect.ts";
import { orphansOutput } from "../../src/output/orphans.ts";
import { whyOutput } from "../../src/output/why.ts";
import { withDatabase } from "../support/database.ts";
import {
  column,
  type Installed,
  login,
  SHOP_MANIFEST,
  SHOP_SCHEMA,
  settle,
  withInstalled,
} from "../support/installed.ts";
import { builtForTests, type Ran, run } from "./built.ts";

const built = builtForTests();

function lastwill(db: Pick<Installed, "url">, ...args: string[]): Promise<Ran> {
  return run("node", [built.cli, ...args], { env: { DATABASE_URL: db.url } });
}

/** A terminal, by util-linux' script; elsewhere it takes other options. */
const SCRIPT = spawnSync("script", ["-qec", "true", "/dev/null"]).status === 0;

/** The lines that a terminal of 80 columns shows. */
async function onTerminal(db: Installed, ...args: string[]): Promise<string[]> {
  const command = `stty cols 80; node ${[built.cli, ...args].join(" ")}`;
  const ran = await run("script", ["-qec", command, "/dev/null"], {
    env: { DATABASE_URL: db.url },
  });
  return ran.stdout.trimEnd().split(/\r?\n/);
}

const SID = "a-long-secret-key";

async function shop(run: (db: Installed) => Promise<void>): Promise<void> {
  await withInstalled({}, async (db) => {
    await db.query("insert into drafts (id) values (1), (2), (1234567)");
    await login(db, SID, { draftId: 1 });
    await db.query(`
      update session set expire = '2100-01-01';
      insert into carts (session_sid) values ('${SID}');
      insert into cart_items (cart_id) values (1)`);
    await run(db);
  });
}

describe("lastwill why", () => {
  test("says in words who owns a row, and by what", () =>
    shop(async (db) => {
      expect(await lastwill(db, "why", "cart_items", "1")).toEqual({
        code: 0,
        stderr: "",
        stdout: `cart_items 1
  owned by session a-lo… through carts 1, until 2100-01-01T00:00:00.000Z
    session.cart_items: cart_items.cart_id → carts.id
`,
      });
      const shown = await lastwill(db, "why", "drafts", "1", "--show-keys");
      expect(shown.stdout).toContain(`owned by session ${SID}, until`);
      expect((await lastwill(db, "why", "drafts", "2")).stdout).toBe(`drafts 2
  nobody owns it, and nothing keeps it
  lastwill orphans session.drafts --release hands it to the sweep
`);
    }));

  test("ends with 1 for a row that is not there, and with 2 for a table that is none", () =>
    shop(async (db) => {
      expect(await lastwill(db, "why", "drafts", "99")).toEqual({
        code: 1,
        stderr: "",
        stdout: "drafts 99\n  there is no such row\n",
      });
      expect(await lastwill(db, "why", "darfts", "1")).toEqual({
        code: 2,
        stdout: "",
        stderr: "lastwill: there is no table darfts\n  Did you mean drafts?\n",
      });
    }));

  test("says the same as JSON, with keys masked", () =>
    shop(async (db) => {
      const ran = await lastwill(db, "why", "cart_items", "1", "--json");
      expect(whyOutput.parse(JSON.parse(ran.stdout))).toEqual({
        table: "cart_items",
        key: "1",
        is_there: true,
        edges: ["session.cart_items"],
        reasons: [
          {
            reason: "owned",
            edge: "session.cart_items",
            owner: "session",
            owner_key: "a-lo…",
            above: [{ owned: "carts", owned_key: "1" }],
            until: "2100-01-01T00:00:00.000Z",
            detail: null,
          },
        ],
      });
      const gone = await lastwill(db, "why", "drafts", "99", "--json");
      expect(gone.code).toBe(1);
      expect(whyOutput.parse(JSON.parse(gone.stdout))).toMatchObject({
        is_there: false,
        reasons: [],
      });
      await db.query("delete from session");
      const released = whyOutput.parse(
        JSON.parse((await lastwill(db, "why", "drafts", "1", "--json")).stdout),
      );
      expect(released.reasons).toMatchObject([{ reason: "released", owner_key: "a-lo…" }]);
    }));
});

describe("lastwill orphans", () => {
  test("shows what lingers, hands it to the sweep, and has nothing more to show", () =>
    shop(async (db) => {
      const found = await lastwill(db, "orphans");
      expect(found.code).toBe(1);
      expect(found.stdout).toBe(`edge            rows  table   such as
session.drafts     2  drafts  2, 1234567
`);
      expect(found.stderr).toContain("lastwill orphans --release hands them to the sweep.");
      const released = await lastwill(db, "orphans", "--release", "--grace", "1 hour");
      expect(released).toMatchObject({
        code: 0,
        stderr: "What nobody names by then ends with the next sweep.\n",
      });
      expect(released.stdout).toMatch(/^session\.drafts: 2 rows released, due at \S+Z\n$/);
      expect(
        await column(
          db,
          "select extract(epoch from due_at - released_at)::integer from lastwill.released",
        ),
      ).toEqual([3600, 3600]);
      expect(await lastwill(db, "orphans")).toEqual({
        code: 0,
        stdout: "",
        stderr: "Nothing lingers.\n",
      });
      await settle(db);
      expect((await column(db, "select id from drafts")).map(Number)).toEqual([1]);
    }));

  test("says the same as JSON", () =>
    shop(async (db) => {
      const found = await lastwill(db, "orphans", "session.drafts", "--json");
      expect(found.code).toBe(1);
      expect(orphansOutput.parse(JSON.parse(found.stdout))).toEqual({
        orphans: [{ edge: "session.drafts", owned: "drafts", rows: 2, sample: ["2", "1234567"] }],
        released: null,
      });
      const released = await lastwill(db, "orphans", "--release", "--json");
      expect(released.code).toBe(0);
      expect(orphansOutput.parse(JSON.parse(released.stdout))).toEqual({
        orphans: null,
        released: [{ edge: "session.drafts", rows: 2, became: "released", grace_seconds: 600 }],
      });
    }));

  test("ends with 1 and a warning when something holds on to a row that a foreign key would end", () =>
    shop(async (db) => {
      await db.query(`
        set session_replication_role = replica;
        insert into carts (session_sid) values ('gone'), ('gone');
        set session_replication_role = origin;
        create table invoices (cart_id bigint references carts);
        insert into invoices values (2)`);
      const released = await lastwill(db, "orphans", "session.carts", "--release");
      expect(released).toMatchObject({ code: 1, stdout: "session.carts: 1 row deleted\n" });
      expect(released.stderr).toContain("a row of session.carts that lingers cannot end (23503");
    }));

  test("ends with 2 for an edge or a grace that is none, and while a backfill is unfinished", () =>
    shop(async (db) => {
      expect(await lastwill(db, "orphans", "session.draft")).toMatchObject({
        code: 2,
        stdout: "",
        stderr: expect.stringContaining("Did you mean session.drafts?"),
      });
      const grace = await lastwill(db, "orphans", "--release", "--grace", "soon");
      expect(grace).toMatchObject({ code: 2, stdout: "" });
      await db.query("insert into lastwill.backfill (name) values ('session_backfill')");
      const refused = await lastwill(db, "orphans", "--release");
      expect(refused).toMatchObject({ code: 2, stdout: "" });
      expect(refused.stderr).toContain("call lastwill.session_backfill();");
    }));
});

test("inspect says as JSON all that the tree shows", () =>
  shop(async (db) => {
    const ran = await lastwill(db, "inspect", "session", SID, "--json");
    const output = inspectOutput.parse(JSON.parse(ran.stdout));
    expect(output).toMatchObject({
      owner: "session",
      owner_key: "a-lo…",
      expires_at: "2100-01-01T00:00:00.000Z",
      owned: [
        { owned: "carts", owned_key: "1", parent_key: "a-lo…", fate: "deleted", because: null },
        { owned: "drafts", owned_key: "1", grace_seconds: 600, tied_by: "session.sess → draftId" },
        { owned: "cart_items", parent_edge: "session.carts", parent_key: "1", depth: 2 },
      ],
      released: [],
    });
    await db.query("update session set sess = '{}'");
    const released = inspectOutput.parse(
      JSON.parse((await lastwill(db, "inspect", "session", SID, "--json", "--show-keys")).stdout),
    );
    expect(released.owner_key).toBe(SID);
    expect(released.released).toMatchObject([
      { owned: "drafts", owned_key: "1", quarantined: null },
    ]);
  }));

test.skipIf(!SCRIPT)("on a terminal of 80 columns no line is wider", () =>
  shop(async (db) => {
    await db.query("insert into uploads select from generate_series(1, 9)");
    for (const args of [
      ["inspect", "session", SID],
      ["why", "cart_items", "1"],
      ["why", "drafts", "2"],
      ["orphans"],
    ]) {
      const lines = await onTerminal(db, ...args);
      expect(lines.length).toBeGreaterThan(1);
      for (const line of lines) {
        const letters = [...stripVTControlCharacters(line)];
        expect(letters.length, line).toBeLessThanOrEqual(80);
      }
    }
  }),
);

test("all three end with 3 where lastwill is not installed, and say what to do", () =>
  withDatabase(async (db) => {
    for (const args of [
      ["inspect", "session", "a"],
      ["why", "drafts", "1"],
      ["orphans"],
      ["orphans", "--release"],
    ]) {
      const ran = await lastwill(db, ...args);
      expect(ran, args[0]).toMatchObject({ code: 3, stdout: "" });
      expect(ran.stderr).toContain("pg-lastwill is not installed here, or not up to date");
    }
  }));

describe("after a change of the schema that no migration followed", () => {
  const MANIFEST = `
    owners:
      session:
        store: connect-pg-simple
        owns:
          - table: carts
            by: session_sid
            keep_when: user_id is not null
          - table: drafts
            from: draftId
    cron: none`;
  const installation = {
    manifest: MANIFEST,
    schema: `${SHOP_SCHEMA}; drop table cart_items; alter table carts add user_id bigint`,
  };
  const commands = [
    ["inspect", "session", SID],
    ["why", "carts", "1"],
    ["preview", "session", "--key", SID],
  ];

  test("commands say of which edge and table a column is gone, and what to do", () =>
    withInstalled(installation, async (db) => {
      await login(db, SID, {});
      await db.query(`insert into carts (session_sid) values ('${SID}')`);
      await db.query("alter table carts rename user_id to customer_id");
      for (const args of commands) {
        const ran = await lastwill(db, ...args);
        expect(ran, args[0]).toMatchObject({ code: 3, stdout: "" });
        expect(ran.stderr).toContain(
          'session.carts (table carts): column "user_id" does not exist\n  A column or table is not what it was',
        );
        expect(ran.stderr).toContain("lastwill check says where");
      }
    }));

  test("a column of the owner's is told with the owner", () =>
    withInstalled(installation, async (db) => {
      await db.query("alter table session rename expire to expires_at");
      const { code, stderr } = await lastwill(db, "preview");
      expect(code).toBe(3);
      expect(stderr).toContain("owner session: column owner.expire does not exist");
      expect(stderr).toContain("run gen-migrations, and migrate up");
    }));

  test("a fault in a function of somebody else's is not taken for one", () => {
    const theirs = (body: string) => `
      create or replace function theirs(bigint) returns boolean language plpgsql
      as 'begin ${body} return true; end'`;
    const calling = {
      manifest: MANIFEST.replace("user_id is not null", "public.theirs(user_id)"),
      schema: `${installation.schema}; ${theirs("")}`,
    };
    return withInstalled(calling, async (db) => {
      await login(db, SID, {});
      await db.query(`insert into carts (session_sid) values ('${SID}')`);
      await db.query(theirs("perform nix;"));
      const { code, stderr } = await lastwill(db, "why", "carts", "1");
      expect(code).toBe(3);
      expect(stderr).toContain('column "nix" does not exist');
      expect(stderr).not.toContain("A column or table is not what it was");
    });
  });
});

test("orphans releases nothing by an edge that names no row of a live owner, unless that is accepted", () =>
  withInstalled(
    { manifest: SHOP_MANIFEST.replace("from: draftId", "from: draft_id") },
    async (db) => {
      await db.query("insert into drafts (id) values (1), (2)");
      await login(db, SID, { draftId: 1 });
      await db.query("update session set expire = '2100-01-01'");
      for (const edge of [[], ["session.drafts"]]) {
        expect(await lastwill(db, "orphans", ...edge, "--release")).toEqual({
          code: 2,
          stdout: "",
          stderr:
            "lastwill: no session names any row of drafts by session.drafts (session.sess → draft_id), so all of them pass for lingering\n" +
            "  Is it right as the manifest has it? If nobody names any today, add --accept.\n",
        });
      }
      expect(await column(db, "select owned_key from lastwill.released")).toEqual([]);
      const accepted = await lastwill(db, "orphans", "--release", "--accept");
      expect(accepted).toMatchObject({ code: 0 });
      expect(await column(db, "select owned_key from lastwill.released order by 1")).toEqual([
        "1",
        "2",
      ]);
    },
  ));

test("orphans refuses --grace without --release, which it would not heed", () =>
  withDatabase(async (db) => {
    const ran = await lastwill(db, "orphans", "--grace", "1hour");
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toContain("Add --release, or leave out --grace.");
  }));
