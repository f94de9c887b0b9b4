-- The tables that every contestant starts from: connect-pg-simple's own, and four that sessions leave
-- rows in. Their keys and indexes come after the rows, in indexes.sql.
create table session (
  sid varchar not null,
  sess json not null,
  expire timestamp(6) not null
);

create table carts (
  id bigint not null,
  session_sid varchar
);

create table cart_items (
  id bigint generated always as identity,
  cart_id bigint not null,
  product text not null
);

create table uploads (
  id bigint generated always as identity,
  session_sid varchar,
  path text not null
);

create table drafts (
  id bigint not null,
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
