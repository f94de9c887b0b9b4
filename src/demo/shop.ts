import { readFileSync } from "node:fs";
import type pg from "pg";

const ROOT = new URL("../../", import.meta.url);

/** The example app's manifest, as it stands at the top of the repository and in the package. */
export function shopManifest(): string {
  return readFileSync(new URL("ownership.yaml", ROOT), "utf8");
}

/** The example app's tables, without anything of ours. */
export function shopSchema(): string {
  const text = readFileSync(new URL("migrations/0001_shop.sql", ROOT), "utf8");
  return text.split("-- Down Migration")[0] ?? "";
}

/** The tables of the story, owner first. */
export const TABLES = ["session", "carts", "cart_items", "drafts", "uploads"] as const;

/**
 * Fills the shop: each session with a cart of three items, a draft and two uploads, the way
 * connect-pg-simple writes them. One in a hundred has nothing, as visitors do.
 */
export async function fillShop(client: pg.ClientBase, sessions: number): Promise<void> {
  await client.query(
    `insert into uploads (id, path)
     select md5('upload ' || n)::uuid, 'uploads/' || n || '.png'
     from generate_series(1, 2 * $1::integer) as n`,
    [sessions],
  );
  await client.query(
    "insert into drafts (body) select 'Draft ' || n from generate_series(1, $1::integer) as n",
    [sessions],
  );
  await client.query(
    `insert into session (sid, sess, expire)
     select
       md5('session ' || n),
       json_build_object(
         'cookie', json_build_object('originalMaxAge', 3600000, 'path', '/'),
         'draftId', n,
         'uploads', json_build_array(
           json_build_object('id', md5('upload ' || 2 * n - 1)::uuid),
           json_build_object('id', md5('upload ' || 2 * n)::uuid)
         )
       ),
       now() at time zone 'UTC' + interval '1 hour'
     from generate_series(1, $1::integer) as n`,
    [sessions],
  );
  await client.query(
    "insert into carts (session_sid) select md5('session ' || n) from generate_series(1, $1::integer) as n",
    [sessions],
  );
  await client.query(
    "insert into cart_items (cart_id, product) select id, 'Product ' || n from carts, generate_series(1, 3) as n",
  );
}

/** Rows in each table of the story. */
export async function countRows(client: pg.ClientBase): Promise<Record<string, number>> {
  const counts = TABLES.map((table) => `(select count(*)::integer from ${table}) as ${table}`);
  const { rows } = await client.query(`select ${counts.join(", ")}`);
  return rows[0];
}

/**
 * Rows that outlived their owner, counted from the tables themselves and from nothing of ours: what no
 * session names, nor waits for its grace.
 */
export async function countLingering(client: pg.ClientBase): Promise<number> {
  const { rows } = await client.query(
    `select
       (select count(*) from carts where session_sid is not null and session_sid not in (select sid from session))
       + (select count(*) from cart_items where cart_id not in (select id from carts))
       + (
         select count(*) from drafts
         where id::text not in (select sess ->> 'draftId' from session where sess ->> 'draftId' is not null)
           and id::text not in (select owned_key from lastwill.released)
       )
       + (
         select count(*) from uploads
         where id::text not in (
             select upload ->> 'id'
             from session
             cross join lateral json_array_elements(sess -> 'uploads') as upload
           )
           and id::text not in (select owned_key from lastwill.released)
       ) as lingering`,
  );
  return Number(rows[0]?.lingering);
}
