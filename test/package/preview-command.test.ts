import { describe, expect, test } from "vitest";
import { previewLines } from "../../src/commands/preview.ts";
import { previewOutput } from "../../src/output/preview.ts";
import { expire, type Installed, login, withInstalled } from "../support/installed.ts";
import { builtForTests, type Ran, run } from "./built.ts";

const built = builtForTests();

const SECRET = "a-long-secret-key";

/** An expired session with a cart and an upload, and a draft that another session names too. */
const shop = (use: (db: Installed) => Promise<void>) =>
  withInstalled({}, async (db) => {
    const upload = "00000000-0000-4000-8000-000000000001";
    await db.query("insert into drafts (id) values (1)");
    await db.query("insert into uploads (id) values ($1)", [upload]);
    await login(db, SECRET, { draftId: 1, uploads: [{ id: upload }] });
    await login(db, "another", { draftId: 1 });
    await db.query("insert into carts (session_sid) values ($1)", [SECRET]);
    await db.query("insert into cart_items (cart_id) select 1 from generate_series(1, 1200)");
    await expire(db, `sid = '${SECRET}'`);
    await use(db);
  });

function preview(db: Installed, ...args: string[]): Promise<Ran> {
  return run("node", [built.cli, "preview", ...args], { env: { DATABASE_URL: db.url } });
}

const read = ({ stdout }: Ran) => previewOutput.parse(JSON.parse(stdout));

describe("lastwill preview", () => {
  test("shows what the next sweep would do, as a table, with owners' keys masked", () =>
    shop(async (db) => {
      expect(await preview(db)).toEqual({
        code: 0,
        stdout: `${[
          "edge                    action   rows  such as                               why",
          "session                 end         1  a-lo…",
          "  session.carts         delete      1  1",
          "    session.cart_items  delete  1,200  1, 2, 3, 4, 5",
          "  session.drafts        keep        1  1                                     another owner has it",
          "  session.uploads       delete      1  00000000-0000-4000-8000-000000000001",
        ].join("\n")}\n`,
        stderr: "\nThis is what the next sweep would do. Nothing was changed.\n",
      });
      const shown = await preview(db, "session", "--key", SECRET, "--show-keys");
      expect(shown.stdout).toContain(SECRET);
      expect(shown.stderr).toContain("This is what its end would do.");
    }));

  test("fits a terminal of 80 columns", () =>
    shop(async (db) => {
      const { rows } = read(await preview(db, "--json"));
      const lines = previewLines(rows, 80);
      expect(lines).toHaveLength(6);
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
      expect(lines.at(-1)).toBe("  session.uploads       delete      1  00000000-0000-4000…");
      expect(lines.at(-2)).toMatch(/another owner has it$/);
    }));

  test("as JSON has the form that is documented, and no key of an owner", () =>
    shop(async (db) => {
      const ran = await preview(db, "session", "--key", SECRET, "--json");
      expect(ran).toMatchObject({ code: 0, stderr: "" });
      expect(ran.stdout).not.toContain(SECRET);
      const output = read(ran);
      expect(output).toMatchObject({ owner: "session", key: "a-lo…" });
      expect(output.rows[0]).toEqual({
        edge: "session",
        depth: 0,
        action: "end",
        rows: 1,
        sample: ["a-lo…"],
        blocked_by: null,
        reason: null,
        due_at: null,
      });
      await db.query("update session set expire = expire + interval '2 hours'");
      const released = read(await preview(db, "session", "--key", SECRET, "--json")).rows.find(
        ({ action }) => action === "release",
      );
      expect(released?.due_at).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
      expect(await preview(db)).toEqual({ code: 0, stdout: "", stderr: "Nothing is due.\n" });
    }));

  test("ends with 1, and says what, when something stands in the way", () =>
    shop(async (db) => {
      await db.query("create table orders (cart_id bigint references carts)");
      await db.query("insert into orders values (1)");
      const ran = await preview(db);
      expect(ran.code).toBe(1);
      expect(ran.stdout).toMatch(/session\.carts +delete +1 +1 +blocked\n/);
      expect(ran.stderr).toContain(
        "session.carts, delete: foreign key orders_cart_id_fkey of public.orders (rows: 1)",
      );
    }));

  test("repeats no error of a row in quarantine, which may hold its key, unless keys are to be shown", () =>
    shop(async (db) => {
      await db.query(`create function refuse() returns trigger language plpgsql as
          $$ begin raise exception 'not %', old.sid; end $$;
        create trigger refuse before delete on session for each row execute function refuse()`);
      await db.query("call lastwill.sweep()");
      const masked = await preview(db);
      expect(masked.code).toBe(1);
      expect(masked.stderr).toContain("quarantine: --show-keys shows the error");
      expect(masked.stdout + masked.stderr).not.toContain(SECRET);
      expect((await preview(db, "--show-keys")).stderr).toContain(`quarantine: not ${SECRET}`);
    }));

  test("ends with 2 for an owner or a key that is not there, and for a key without its owner", () =>
    shop(async (db) => {
      const unknown = await preview(db, "sesion");
      expect(unknown).toMatchObject({ code: 2, stdout: "" });
      expect(unknown.stderr).toContain("The owners are: session.");
      const gone = await preview(db, "session", "--key", "nobody's key");
      expect(gone).toMatchObject({ code: 2, stdout: "" });
      expect(gone.stderr).toContain("no row of session has this key");
      expect(gone.stderr).not.toContain("nobody's key");
      const alone = await preview(db, "--key", SECRET);
      expect(alone).toMatchObject({ code: 2, stdout: "" });
      expect(alone.stderr).toContain("lastwill preview session --key");
    }));
});
