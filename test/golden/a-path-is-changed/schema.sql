create table visits (
  id bigint primary key,
  data jsonb not null,
  expires_at timestamptz not null
);

create table carts (
  id bigint primary key,
  visit_id bigint,
  code text not null unique
);

create table drafts (
  id bigint primary key,
  code text not null unique
);

create table uploads (
  id uuid primary key
);
