-- The tables of express-login.mjs: connect-pg-simple's own, and what sessions leave behind.
create table session (
  sid varchar not null primary key,
  sess json not null,
  expire timestamp(6) not null
);

create index on session (expire);

create table users (
  id integer generated always as identity primary key,
  name text not null unique
);

create table drafts (
  id bigint generated always as identity primary key,
  body text not null
);

create table carts (
  id bigint generated always as identity primary key,
  session_sid varchar,
  product text not null
);

create table favourites (
  id bigint generated always as identity primary key,
  session_sid varchar,
  user_id integer references users on delete cascade,
  product text not null
);
