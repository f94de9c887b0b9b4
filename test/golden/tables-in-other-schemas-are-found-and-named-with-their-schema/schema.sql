create schema app;
create schema shop;
create schema "odd.schema";

create table app.logins (
  id bigint primary key,
  data jsonb not null,
  expires_at timestamptz not null
);

create table shop.carts (
  id bigint primary key,
  login_id bigint not null
);

create table "odd.schema"."odd.table" (
  id bigint primary key
);
