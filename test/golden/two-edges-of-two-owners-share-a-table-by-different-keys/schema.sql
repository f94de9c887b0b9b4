create table visits (
  id bigint primary key,
  data jsonb not null,
  expires_at timestamptz not null
);

create table invites (
  token text primary key,
  data jsonb not null,
  expires_at timestamptz not null
);

create table uploads (
  id bigint primary key,
  code text not null unique
);
