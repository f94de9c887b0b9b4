-- The tables that every contestant starts from: connect-pg-simple's own, and four that sessions leave
-- rows in. No foreign keys, but every index that one would need, so that no contestant has an index
-- which another has not.
create table session (
  sid varchar not null,
  sess json not null,
  expire timestamp(6) not null,
  constraint session_pkey primary key (sid)
);

create index "IDX_session_expire" on session (expire);

create table carts (
  id bigint primary key,
  session_sid varchar
);

create index carts_session_sid_idx on carts (session_sid);

create table cart_items (
  id bigint generated always as identity primary key,
  cart_id bigint not null,
  product text not null
);

create index cart_items_cart_id_idx on cart_items (cart_id);

create table uploads (
  id bigint generated always as identity primary key,
  session_sid varchar,
  path text not null
);

create index uploads_session_sid_idx on uploads (session_sid);

create table drafts (
  id bigint primary key,
  body text not null
);

-- What an express session holds: some 250 bytes, the draft's key in the middle.
create function session_data(draft bigint, views integer) returns json
  language sql immutable
return format(
  '{"cookie":{"originalMaxAge":86400000,"expires":"2026-01-01T00:00:00.000Z","secure":true,"httpOnly":true,"path":"/","sameSite":"lax"},%s"views":%s,"csrf":"%s","flash":[]}',
  case when draft is not null then format('"draftId":%s,', draft) else '' end,
  views,
  md5(views::text)
)::json;

create function session_sid(n bigint) returns varchar
  language sql immutable
return md5('session ' || n);
