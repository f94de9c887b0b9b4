import { describe, expect, inject, test } from "vitest";
import { foundElsewhere } from "../support/checked.ts";
import { withDatabase } from "../support/database.ts";
import {
  expire,
  type Installation,
  type Installed,
  installInto,
  login,
  SHOP_MANIFEST,
  withInstalled,
} from "../support/installed.ts";

/** What makes it go wrong, and the finding: state, object, some of the words, and the mend. */
interface Trouble {
  readonly what: string;
  readonly sql: (db: Installed) => string;
  readonly state: string;
  readonly object: string;
  readonly says: string;
  readonly mend: string | ((db: Installed) => string);
  /** SQL that is not as the finding's mend says it word by word. */
  readonly mendBy?: string;
}

const LATER =
  "insert into lastwill.sweep_run (owner, started_at) values ('session', now() - interval '3 hours')";

const TROUBLES: readonly Trouble[] = [
  {
    what: "a database begins every connection as replica",
    sql: ({ name }) => `alter database ${name} set session_replication_role = replica`,
    state: "setting",
    object: "session_replication_role",
    says: "begins with replica",
    mend: ({ name }) => `alter database ${name} reset session_replication_role;`,
  },
  {
    what: "nothing is counted for autovacuum",
    sql: ({ name }) => `alter database ${name} set track_counts = off`,
    state: "setting",
    object: "track_counts",
    says: "autovacuum does not clean up",
    mend: "alter system set track_counts = on; select pg_reload_conf();",
    mendBy: "alter database :name reset track_counts",
  },
  {
    what: "a foreign key's own triggers are switched off",
    sql: () => "alter table cart_items disable trigger all",
    state: "disabled",
    object: "foreign key lastwill_session_cart_items_fkey on public.cart_items",
    says: "a trigger that it needs on public.cart_items is switched off",
    mend: "alter table public.cart_items enable trigger all;",
  },
  {
    what: "far too much is due at once",
    sql: () => "insert into lastwill.hold (owner, due, total) values ('session', 1200, 2000)",
    state: "held",
    object: "session",
    says: "about 1,200 of 2,000 rows are due at once",
    mend: "look at clock, time zone and some rows; if they are to end: select lastwill.resume('session');",
    mendBy: "select lastwill.resume('session')",
  },
  {
    what: "nobody sweeps what is due",
    sql: () => `
      insert into session values ('old', '{}', now() at time zone 'UTC' - interval '2 hours');
      ${LATER}`,
    state: "late",
    object: "session",
    says: "rows have been due for 2 h; the last run began at ",
    mend: "lastwill sweep",
    mendBy: "call lastwill.sweep()",
  },
  {
    what: "a backfill was cut off",
    sql: () => "insert into lastwill.backfill (name) values ('session_backfill')",
    state: "backfill",
    object: "session_backfill",
    says: "is not finished",
    mend: "call lastwill.session_backfill();",
  },
  {
    what: "a row cannot end",
    sql: () => `
      insert into lastwill.quarantine (owner, edge, key, sqlstate, message, tries, next_try)
      values ('session', 'session', 'a-long-secret-key', '23503', 'pinned', 1, now())`,
    state: "quarantine",
    object: "session",
    says: "1 row that the sweep could not end",
    mend: "take away what holds on to them: select edge, key, message from lastwill.quarantine;",
    mendBy: "delete from lastwill.quarantine",
  },
  {
    what: "letters were given up",
    sql: () => `
      insert into lastwill.outbox (edge, key, payload, tries, dead_at)
      values ('session.uploads', '1', '{}', 5, now()), ('session.uploads', '2', '{}', 5, now())`,
    state: "dead letters",
    object: "session.uploads",
    says: "2 letters were given up",
    mend: "mend the consumer, then: select lastwill.outbox_retry();",
    mendBy: "select lastwill.outbox_retry()",
  },
  {
    what: "rows linger",
    sql: () => "insert into drafts (id) values (7)",
    state: "note",
    object: "session.drafts",
    says: "rows that no owner names",
    mend: "lastwill orphans session.drafts",
    mendBy: "delete from drafts",
  },
];

/** Installed, and swept: where nobody sweeps, that is found. */
async function withSwept(
  installation: Installation,
  use: (db: Installed) => Promise<void>,
): Promise<void> {
  await withInstalled(installation, async (db) => {
    await db.query("call lastwill.sweep()");
    await use(db);
  });
}

describe("check finds, and its mend takes away, that", () => {
  test.each(TROUBLES)("$what", ({ sql, state, object, says, mend, mendBy }) =>
    withSwept({}, async (db) => {
      expect(await foundElsewhere(db)).toEqual([]);
      await db.query(sql(db));
      const found = await foundElsewhere(db);
      expect(found).toHaveLength(1);
      expect(found[0]).toMatchObject({ state, object });
      expect(found[0]?.what).toContain(says);
      expect(found[0]?.mend).toBe(typeof mend === "string" ? mend : mend(db));
      await db.query(mendBy?.replace(":name", db.name) ?? found[0]?.mend ?? "");
      expect(await foundElsewhere(db)).toEqual([]);
    }),
  );
});

test("that nobody sweeps is found before anything is due, and a run from any scheduler is enough", () =>
  withInstalled({}, async (db) => {
    expect(await foundElsewhere(db)).toMatchObject([
      {
        state: "note",
        object: "session",
        what: "nobody sweeps it: pg_cron is not in this database, and there was no run",
        mend: expect.stringMatching(/^have any scheduler run, each minute: lastwill sweep/),
      },
    ]);
    await db.query("call lastwill.sweep()");
    expect(await foundElsewhere(db)).toEqual([]);
    await db.query("update lastwill.sweep_run set started_at = now() - interval '3 days'");
    expect(await foundElsewhere(db)).toMatchObject([{ state: "job", object: "session" }]);
    await db.query("select lastwill.pause('session', '1 hour')");
    expect(await foundElsewhere(db)).toMatchObject([{ state: "note" }]);
  }));

test("links that are not what sessions name are found, and tying anew mends it", () =>
  withSwept({}, async (db) => {
    await db.query("insert into drafts (id) values (1), (2)");
    await login(db, "gone", { draftId: 2 });
    await db.query(`
      set session_replication_role = replica;
      delete from session;
      insert into session values ('unseen', '{"draftId": 1}', now() + interval '1 hour');
      set session_replication_role = origin`);
    const drift = (await foundElsewhere(db)).filter(({ state }) => state === "drift");
    expect(drift.map(({ object, what }) => [object, what.replace(/:.*/, "")])).toEqual([
      ["session.drafts", "1 name of rows in owners' data without a link"],
      ["session.drafts", "1 link is left of owners that are gone, and what they name stays"],
    ]);
    await db.query(drift[0]?.mend ?? "");
    expect(await foundElsewhere(db)).toEqual([]);
  }));

test("what a guard keeps from being tied is told, and wakes nobody", () =>
  withSwept(
    {
      manifest: SHOP_MANIFEST.replace("from: draftId", "from: draftId, guard: owned.id > 0"),
    },
    async (db) => {
      await login(db, "early", { draftId: 1 });
      await db.query("insert into drafts (id) values (1)");
      const found = await foundElsewhere(db);
      expect(found[0]).toMatchObject({ state: "note", object: "session.drafts" });
      expect(found[0]?.what).toContain("guard did not hold");
    },
  ));

test("a role that begins as replica is named, with the database where it does", () =>
  withSwept({}, async (db) => {
    const role = `lw_replica_${inject("runId")}`;
    await db.query(`create role "${role}" login`);
    await db.query(
      `alter role "${role}" in database ${db.name} set session_replication_role = replica`,
    );
    const [found] = await foundElsewhere(db);
    expect(found).toMatchObject({ state: "setting", object: "session_replication_role" });
    await db.query(found?.mend ?? "");
    expect(await foundElsewhere(db)).toEqual([]);
  }));

test("a sweep that is late in less than five of its periods, paused or held is not late", () =>
  withSwept({}, async (db) => {
    await db.query(
      "insert into session values ('old', '{}', now() at time zone 'UTC' - interval '2 hours')",
    );
    await db.query(LATER);
    await db.query(
      "insert into lastwill.sweep_run (owner, started_at) values ('session', now() - interval '90 minutes')",
    );
    expect(await foundElsewhere(db)).toEqual([]);
    await db.query("delete from lastwill.sweep_run");
    expect(await foundElsewhere(db)).toMatchObject([{ state: "late" }]);
    await db.query("select lastwill.pause('session', '1 hour')");
    expect(await foundElsewhere(db)).toMatchObject([
      { state: "note", what: expect.stringContaining("paused until") },
    ]);
  }));

test("row security is found where it hides rows from the role that our functions run as, and only there", () =>
  withDatabase(async (db) => {
    const role = `lw_plain_${inject("runId")}`;
    await db.query(
      `create role "${role}"; grant create on database ${db.name} to "${role}"; grant all on schema public to "${role}"`,
    );
    await db.query(`set role "${role}"`);
    const installation = { role: `"${role}"`, manifest: SHOP_MANIFEST };
    await installInto(db, installation, async (installed) => {
      await db.query("call lastwill.sweep()");
      await db.query("alter table drafts enable row level security");
      expect(await foundElsewhere(installed)).toEqual([]);
      await db.query("alter table drafts force row level security");
      const found = await foundElsewhere(installed);
      expect(found).toMatchObject([{ state: "setting", object: "table public.drafts" }]);
      await db.query(`reset role; ${found[0]?.mend.replace("a superuser: ", "")}`);
      expect(await foundElsewhere(installed)).toEqual([]);
    });
  }));

test("a subscription that writes an owned table is found", () =>
  withSwept({}, async (db) => {
    await login(db, "live");
    await expire(db, "false");
    await db.query(
      "create subscription incoming connection 'dbname=nowhere' publication theirs with (connect = false)",
    );
    // What refreshing it from a publisher would note; it stays disabled, and asks nobody.
    await db.query(`
      insert into pg_subscription_rel (srsubid, srrelid, srsubstate)
      select oid, 'drafts'::regclass, 'r' from pg_subscription where subname = 'incoming' and subdbid = (select oid from pg_database where datname = current_database())`);
    try {
      expect(await foundElsewhere(db)).toEqual([]);
      await db.query("update pg_subscription set subenabled = true where subname = 'incoming'");
      expect(await foundElsewhere(db)).toMatchObject([
        { state: "setting", object: "subscription incoming" },
      ]);
    } finally {
      await db.query(
        "alter subscription incoming disable; alter subscription incoming set (slot_name = none)",
      );
      await db.query("drop subscription incoming");
    }
  }));
