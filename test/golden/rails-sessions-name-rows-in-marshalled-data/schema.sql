create table sessions (
  id bigint generated always as identity primary key,
  session_id varchar not null unique,
  data text,
  created_at timestamp not null,
  updated_at timestamp not null
);
create index on sessions (updated_at);
create table carts (
  id bigint primary key
);
