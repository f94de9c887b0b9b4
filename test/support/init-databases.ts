import { readFileSync } from "node:fs";
import type { TestDatabase } from "./database.ts";
import { rubySession } from "./encoders/marshal.ts";

/** A shop on connect-pg-simple: 500 sessions, and rows tied to them in most ways there are. */
export const SHOP: string = `
  create table session (sid varchar primary key, sess json not null, expire timestamp(6) not null);
  create table users (id bigint primary key, email text);
  create table products (id integer primary key, title text);
  create table carts (id bigint primary key, session_sid varchar, user_id bigint references users);
  create table cart_items (
    id bigint primary key,
    cart_id bigint not null references carts,
    product_id integer references products
  );
  alter table users add last_cart_id bigint references carts;
  create table orders (
    id bigint primary key,
    session_sid varchar references session,
    cart_id bigint references carts,
    total integer
  );
  create table payments (id bigint primary key, cart_id bigint not null references carts);
  create table purchases (id bigint primary key, session_sid varchar, total integer);
  create table reservations (id bigint primary key, session_sid varchar, place integer);
  create table feedback (id bigint primary key, session_sid varchar, words text);
  create table drafts (id bigint primary key, body text);
  create table uploads (id uuid primary key default gen_random_uuid(), place integer, path text);
  create table documents (id bigint primary key, title text);
  create table session_documents (
    session_sid varchar references session on delete cascade,
    document_id bigint references documents,
    primary key (session_sid, document_id)
  );
  create table attachments (id bigint primary key, owner_id text, owner_type text);
  create table page_views (id bigint primary key, session_id varchar, url text);

  insert into users select n, 'u' || n from generate_series(1, 40) as n;
  insert into products select n, 'p' || n from generate_series(1, 100) as n;
  insert into drafts select n, '' from generate_series(1, 500) as n;
  insert into uploads (place) select n from generate_series(1, 500) as n;
  insert into documents select n, '' from generate_series(1, 300) as n;
  insert into session
  select
    md5(n::text),
    json_build_object(
      'cookie', json_build_object(
        'originalMaxAge', 86400000,
        'expires', to_char(now() at time zone 'UTC' + interval '1 day', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
      ),
      'draftId', case when n > 498 then 9000 + n else n end,
      'userId', n % 40 + 1,
      'lastProduct', json_build_object('id', n % 7 + 1),
      'wizard', json_build_object('uploads', json_build_array(json_build_object('id', uploads.id)))
    ),
    date_trunc('second', now() at time zone 'UTC' + interval '1 day')
  from generate_series(1, 500) as n
  join uploads on uploads.place = n;
  insert into carts select n, md5(n::text), case when n % 5 = 0 then n % 40 + 1 end
  from generate_series(1, 400) as n;
  insert into cart_items select n, n % 400 + 1, n % 100 + 1 from generate_series(1, 900) as n;
  insert into orders select n, md5(n::text), case when n <= 20 then n end, 5 from generate_series(1, 50) as n;
  insert into payments select n, 20 + n from generate_series(1, 5) as n;
  update users set last_cart_id = 30 + id where id <= 5;
  insert into purchases select n, md5(n::text), 5 from generate_series(1, 50) as n;
  insert into reservations select n, md5(n::text), n from generate_series(1, 50) as n;
  insert into feedback select n, md5(n::text), '' from generate_series(1, 50) as n;
  insert into session_documents select md5(n::text), n from generate_series(1, 300) as n;
  insert into attachments select n, md5(n::text), 'Session' from generate_series(1, 100) as n;
  insert into page_views select n, md5((n % 500)::text), '/' from generate_series(1, 2000) as n`;

/** The one line of init's manifest that the shop's owner has to decide on. */
export const SHOP_DECISION = "# - { table: orders, by: session_sid, on_delete: set_null }";

/** Rails' sessions as its clients store them, 200 with a cart and items to pick from. */
export async function makeRails(db: TestDatabase): Promise<void> {
  const sample = (name: string) => {
    const file = `../samples/rails-activerecord-session-store${name}`;
    return readFileSync(new URL(file, import.meta.url), "utf8");
  };
  await db.query(sample(".schema.sql"));
  await db.query(sample(".sql"));
  await db.query(`
    create table carts (id bigint primary key, note text);
    create table line_items (id bigint primary key, cart_id bigint not null references carts);
    create table accounts (id bigint primary key);
    insert into carts (id) select n from generate_series(1000, 1199) as n;
    insert into accounts select n from generate_series(1, 20) as n;
    insert into line_items select n, 1000 + n % 200 from generate_series(1, 600) as n`);
  for (let n = 0; n < 200; n++) {
    const data = rubySession({ cart_id: 1000 + n, account_id: (n % 20) + 1, note: "hi" });
    await db.query(
      `insert into sessions (id, session_id, data, created_at, updated_at)
       values ($1, '2::' || $3, $2, now() at time zone 'UTC', now() at time zone 'UTC')`,
      [100 + n, data, `${n}`.padStart(64, "0")],
    );
  }
}

/** Sixty tables, and no sessions in any of them. */
export const SIXTY: string = [
  ...Array.from(
    { length: 56 },
    (_, n) => `create table thing_${n} (id bigint primary key, name text, created_at timestamptz)`,
  ),
  "create table users (id bigint primary key, email text)",
  "create table carts (id bigint primary key, session_id text, user_id bigint references users)",
  "create table drafts (id bigint primary key, cart_token uuid)",
  "create table cart_items (id bigint primary key, cart_id bigint not null references carts)",
  "create table orders (id bigint primary key, session_id text, cart_id bigint references carts)",
].join(";\n");
