-- The tables of express-redis.mjs. There is none for sessions: they lie elsewhere.
create table drafts (
  id bigint generated always as identity primary key,
  session_key text,
  body text not null
);

create table carts (
  id bigint generated always as identity primary key,
  session_key text,
  product text not null
);
