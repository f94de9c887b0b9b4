create table session (
  sid varchar primary key,
  sess json not null,
  expire timestamp(6) not null
);
create index on session (expire);

create table carts (
  id bigint primary key,
  session_sid varchar,
  deleted_at timestamptz
);
create table drafts (
  id bigint primary key,
  deleted boolean
);
create table uploads (
  id uuid primary key,
  path text not null,
  gone_at timestamp
);
