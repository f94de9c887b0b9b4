import { describe, expect, test } from "vitest";
import {
  column,
  drafts,
  expire,
  type Installed,
  login,
  SHOP_MANIFEST,
  settle,
  value,
  withInstalled,
} from "../support/installed.ts";

const released = (db: Installed) =>
  column(db, "select owned_key from lastwill.released order by owned_key");

/** A shop with drafts 1 to 3, and session `old`, which names draft 1. */
async function shop(run: (db: Installed) => Promise<void>, draftOptions = ""): Promise<void> {
  const manifest = SHOP_MANIFEST.replace("from: draftId", `from: draftId${draftOptions}`);
  await withInstalled({ manifest }, async (db) => {
    await db.query("insert into drafts (id) values (1), (2), (3)");
    await login(db, "old", { draftId: 1 });
    await run(db);
  });
}

describe("a draft lives through a login, and waits for nothing any more, when the store", () => {
  const orders: Record<string, (db: Installed) => Promise<void>> = {
    "deletes, commits, and then inserts": async (db) => {
      await db.query("delete from session where sid = 'old'");
      expect(await released(db)).toEqual(["1"]);
      await db.query("call lastwill.sweep()");
      await login(db, "new", { draftId: 1 });
      expect(await released(db)).toEqual([]);
    },
    "inserts and then deletes": async (db) => {
      await login(db, "new", { draftId: 1 });
      await db.query("delete from session where sid = 'old'");
    },
    "inserts an empty session, deletes, and then updates": async (db) => {
      await login(db, "new");
      await db.query("delete from session where sid = 'old'");
      await db.query("call lastwill.sweep()");
      await db.query(`update session set sess = '{"draftId": 1}' where sid = 'new'`);
      expect(await released(db)).toEqual([]);
    },
    "inserts and deletes in one transaction": async (db) => {
      await db.query("begin");
      await login(db, "new", { draftId: 1 });
      await db.query("delete from session where sid = 'old'");
      await db.query("commit");
    },
    "deletes and inserts in one transaction": async (db) => {
      await db.query("begin");
      await db.query("delete from session where sid = 'old'");
      await login(db, "new", { draftId: 1 });
      await db.query("commit");
      expect(await released(db)).toEqual([]);
    },
    "gives the row another key": async (db) => {
      await db.query("update session set sid = 'new'");
      expect(await released(db)).toEqual([]);
    },
    "leaves the old row behind": async (db) => {
      await login(db, "new", { draftId: 1 });
      await expire(db, "sid = 'old'");
      await db.query("call lastwill.sweep()");
      expect(await released(db)).toEqual([]);
    },
    "writes the new row by an upsert": async (db) => {
      await db.query("delete from session where sid = 'old'");
      await db.query(
        `insert into session values ('new', '{"draftId": 1}', 'infinity')
         on conflict (sid) do update set sess = excluded.sess`,
      );
      expect(await released(db)).toEqual([]);
    },
    "writes over a row that is there by an upsert": async (db) => {
      await login(db, "new", { draftId: 2 });
      await db.query("delete from session where sid = 'old'");
      await db.query(
        `insert into session values ('new', '{"draftId": 1}', 'infinity')
         on conflict (sid) do update set sess = excluded.sess`,
      );
      expect(await released(db)).toEqual(["2"]);
    },
  };
  for (const [order, run] of Object.entries(orders)) {
    test(order, () =>
      shop(async (db) => {
        await run(db);
        await settle(db);
        expect(await drafts(db)).toContain(1);
        expect(await released(db)).toEqual([]);
        // It still ends with the one that has it now.
        await db.query("delete from session");
        await settle(db);
        expect(await drafts(db)).not.toContain(1);
        expect(await drafts(db)).toContain(3);
      }),
    );
  }
});

describe("a draft whose session logged out", () => {
  test("waits out its grace, and then ends", () =>
    shop(async (db) => {
      await db.query("delete from session");
      await db.query("call lastwill.sweep()");
      expect(await drafts(db)).toEqual([1, 2, 3]);
      expect(
        await db.query(
          "select edge, owned_key, owner_key, due_at - released_at = '10 minutes' as grace from lastwill.released",
        ),
      ).toEqual([{ edge: "session.drafts", owned_key: "1", owner_key: "old", grace: true }]);
      await settle(db);
      expect(await drafts(db)).toEqual([2, 3]);
      expect(await released(db)).toEqual([]);
    }));

  test("ends within seconds when the grace is short", () =>
    shop(async (db) => {
      await db.query("delete from session");
      await db.query("call lastwill.sweep()");
      expect(await drafts(db)).toEqual([1, 2, 3]);
      await db.query("select pg_sleep(1.1)");
      await db.query("call lastwill.sweep()");
      expect(await drafts(db)).toEqual([2, 3]);
    }, ", grace: 1 second"));

  test("ends in the same transaction when the grace is 0", () =>
    shop(async (db) => {
      await db.query("delete from session");
      expect(await drafts(db)).toEqual([2, 3]);
      expect(await released(db)).toEqual([]);
    }, ", grace: 0"));

  test("comes back with the session when the transaction is rolled back", () =>
    shop(async (db) => {
      await db.query("begin; delete from session; rollback");
      expect(await released(db)).toEqual([]);
      await settle(db);
      expect(await drafts(db)).toEqual([1, 2, 3]);
    }, ", grace: 0"));

  test("may be gone before its grace is over", () =>
    shop(async (db) => {
      await db.query("delete from session");
      await db.query("delete from drafts where id = 1");
      await settle(db);
      expect(await released(db)).toEqual([]);
      expect(await drafts(db)).toEqual([2, 3]);
    }));
});

describe("a session that had expired before it was deleted takes its draft along, in the same transaction", () => {
  const ends: Record<string, string> = {
    "by the application": "delete from session where sid = 'old'",
    "by the store's prune": `delete from "session" where expire < to_timestamp(extract(epoch from now()))`,
    "by a person, with everything": "delete from session",
  };
  for (const [who, sql] of Object.entries(ends)) {
    test(who, () =>
      shop(async (db) => {
        await expire(db);
        await db.query(sql);
        expect(await drafts(db)).toEqual([2, 3]);
        expect(await released(db)).toEqual([]);
      }),
    );
  }

  test("but not one that a live session names", () =>
    shop(async (db) => {
      await login(db, "other", { draftId: 1 });
      await expire(db, "sid = 'old'");
      await db.query("delete from session where sid = 'old'");
      await settle(db);
      expect(await drafts(db)).toEqual([1, 2, 3]);
    }));

  test("and one deleted early beside it does not", () =>
    shop(async (db) => {
      await login(db, "other", { draftId: 2 });
      await expire(db, "sid = 'old'");
      await db.query("delete from session");
      expect(await drafts(db)).toEqual([2, 3]);
      expect(await released(db)).toEqual(["2"]);
    }));
});

describe("a pointer that changes while the session lives", () => {
  test("releases what it named when it is replaced", () =>
    shop(async (db) => {
      await db.query(`update session set sess = '{"draftId": 2}'`);
      expect(await released(db)).toEqual(["1"]);
      await settle(db);
      expect(await drafts(db)).toEqual([2, 3]);
    }));

  test("releases what it named when it is removed, or null", () =>
    shop(async (db) => {
      await db.query(`update session set sess = '{}'`);
      await login(db, "other", { draftId: 2 });
      await db.query(`update session set sess = '{"draftId": null}' where sid = 'other'`);
      expect(await released(db)).toEqual(["1", "2"]);
      await settle(db);
      expect(await drafts(db)).toEqual([3]);
    }));

  test("and changes back takes the draft back", () =>
    shop(async (db) => {
      await db.query(`update session set sess = '{"draftId": 2}'`);
      await db.query(`update session set sess = '{"draftId": 1}'`);
      expect(await released(db)).toEqual(["2"]);
      await settle(db);
      expect(await drafts(db)).toEqual([1, 3]);
    }));

  test("never ends what it named under on_replace: keep", () =>
    shop(async (db) => {
      await db.query(`update session set sess = '{"draftId": 2}'`);
      await db.query(`update session set sess = '{}'`);
      expect(await released(db)).toEqual([]);
      await expire(db);
      await settle(db);
      expect(await drafts(db)).toEqual([1, 2, 3]);
    }, ", on_replace: keep"));

  test("still ends with its session what it names last under on_replace: keep", () =>
    shop(async (db) => {
      await db.query(`update session set sess = '{"draftId": 2}'`);
      await expire(db);
      await db.query("call lastwill.sweep()");
      expect(await drafts(db)).toEqual([1, 3]);
    }, ", on_replace: keep"));

  test("releases one element of a list, and keeps the others", () =>
    shop(async (db) => {
      const ids = (await column(
        db,
        "insert into uploads (path) select n::text from generate_series(1, 3) as n returning id",
      )) as string[];
      const name = (sid: string, of: readonly (string | undefined)[]) =>
        db.query("update session set sess = $2 where sid = $1", [
          sid,
          JSON.stringify({ uploads: of.map((id) => ({ id })) }),
        ]);
      await login(db, "s");
      await name("s", ids);
      await name("s", [ids[2], ids[0]]);
      await settle(db);
      expect(await column(db, "select path from uploads order by path")).toEqual(["1", "3"]);
    }));

  test("and names a draft that is made only later ties it all the same", () =>
    shop(async (db) => {
      await login(db, "early", { draftId: 7 });
      await db.query("insert into drafts (id) values (7)");
      await expire(db, "sid = 'early'");
      await db.query("call lastwill.sweep()");
      expect(await drafts(db)).toEqual([1, 2, 3]);
    }));
});

describe("a draft that several sessions name ends with the last of them", () => {
  test("one after the other", () =>
    shop(async (db) => {
      await login(db, "b", { draftId: 1 });
      await login(db, "c", { draftId: 1 });
      for (const sid of ["old", "b"]) {
        await expire(db, `sid = '${sid}'`);
        await db.query("call lastwill.sweep()");
        await settle(db);
        expect(await drafts(db)).toContain(1);
      }
      await expire(db, "sid = 'c'");
      await db.query("call lastwill.sweep()");
      expect(await drafts(db)).toEqual([2, 3]);
    }));

  test("all in one statement", () =>
    shop(async (db) => {
      await login(db, "b", { draftId: 1 });
      await expire(db);
      await db.query("delete from session");
      expect(await drafts(db)).toEqual([2, 3]);
    }));

  test("in the order that ends it latest: the first logged out, the second expired", () =>
    shop(async (db) => {
      await login(db, "b", { draftId: 1 });
      await db.query("delete from session where sid = 'old'");
      await expire(db, "sid = 'b'");
      await db.query("call lastwill.sweep()");
      // The first one's grace is not over, and a login may yet take the draft back.
      expect(await drafts(db)).toEqual([1, 2, 3]);
      await login(db, "back", { draftId: 1 });
      await settle(db);
      expect(await drafts(db)).toEqual([1, 2, 3]);
      await db.query("delete from session");
      await settle(db);
      expect(await drafts(db)).toEqual([2, 3]);
    }));
});

describe("a TRUNCATE of the sessions", () => {
  // A foreign key to the sessions forbids it, so without the carts.
  const MANIFEST = SHOP_MANIFEST.replace(/- table: carts[\s\S]*?\]\n\s*/, "");

  test("releases what they named, and nothing else", () =>
    withInstalled({ manifest: MANIFEST }, async (db) => {
      await db.query("insert into drafts (id) values (1), (2), (3)");
      await login(db, "a", { draftId: 1 });
      await login(db, "b", { draftId: 2 });
      await db.query("truncate session");
      expect(await released(db)).toEqual(["1", "2"]);
      expect(await value(db, "select count(*)::integer from lastwill.session_drafts")).toBe(0);
      await login(db, "c", { draftId: 2 });
      await settle(db);
      expect(await drafts(db)).toEqual([2, 3]);
    }));

  test("ends it at once where the grace is 0", () =>
    withInstalled(
      { manifest: MANIFEST.replace("from: draftId", "from: draftId, grace: 0") },
      async (db) => {
        await db.query("insert into drafts (id) values (1), (2)");
        await login(db, "a", { draftId: 1 });
        await db.query("truncate session");
        expect(await drafts(db)).toEqual([2]);
      },
    ));
});
