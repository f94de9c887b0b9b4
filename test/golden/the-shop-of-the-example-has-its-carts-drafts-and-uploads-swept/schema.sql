create table session (
  sid varchar not null,
  sess json not null,
  expire timestamp(6) not null,
  constraint session_pkey primary key (sid)
);

create index "IDX_session_expire" on session (expire);

create table carts (
  id bigint generated always as identity primary key,
  session_sid varchar,
  created_at timestamptz not null default now()
);

create table cart_items (
  id bigint generated always as identity primary key,
  cart_id bigint not null references carts,
  product text not null,
  quantity integer not null default 1
);

create table drafts (
  id bigint generated always as identity primary key,
  body text not null default ''
);

create table uploads (
  id uuid primary key default gen_random_uuid(),
  path text not null
);

