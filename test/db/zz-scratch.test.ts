import { test } from "vitest";
import { withInstalled } from "../support/installed.ts";

test(
  "measure",
  () =>
    withInstalled({}, async (db) => {
      const timed = async (what: string, sql: string, params: unknown[] = []) => {
        const t = Date.now();
        const rows = await db.query(sql, params);
        console.log(what, Date.now() - t, "ms", JSON.stringify(rows).slice(0, 200));
      };
      await db.query(`alter table session disable trigger all; insert into drafts (id) select generate_series(1, 1000000);
      insert into session select 's' || n, json_build_object('draftId', n), now() + interval '1 hour' from generate_series(1, 1000000) n;
      insert into lastwill.session_drafts select 's' || n, n from generate_series(1, 1000000) n;
      insert into carts (session_sid) select sid from session;
      alter table session enable trigger all; analyze`);
      for (let i = 0; i < 3; i++) {
        await timed("why draft", "select reason, owner_key from lastwill.why('drafts', '777777')");
        await timed("why cart", "select reason, owner_key from lastwill.why('carts', '777777')");
      }
      await timed("orphan view, none", "select edge, count(*) from lastwill.orphan group by 1");
      await timed("release, none", "call lastwill.release_orphans()");
      await db.query("insert into drafts (id) select generate_series(1000001, 2000000)");
      await timed("orphan view, 1M", "select edge, count(*) from lastwill.orphan group by 1");
      await timed("release 1M", "call lastwill.release_orphans()");
      await timed("release again", "call lastwill.release_orphans()");
      await timed("orphan view after", "select edge, count(*) from lastwill.orphan group by 1");
      await timed("why waiting draft", "select reason from lastwill.why('drafts', '1777777')");
      await db.query(
        "set session_replication_role = replica; delete from session where substr(sid, 2)::int <= 500000; set session_replication_role = origin",
      );
      await timed(
        "orphan view, 500k carts",
        "select edge, count(*) from lastwill.orphan group by 1",
      );
      await timed("release 500k carts", "call lastwill.release_orphans('session.carts')");
      await db.query("update lastwill.released set due_at = now()");
      const t = Date.now();
      for (
        let i = 0;
        i < 12 && Number((await db.query("select count(*) n from lastwill.released"))[0]!["n"]) > 0;
        i++
      )
        await db.query("call lastwill.sweep()");
      console.log("sweep 1M", Date.now() - t);
    }),
  580_000,
);
