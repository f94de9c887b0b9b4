create table visits (
  id bigint primary key,
  data jsonb not null,
  expires_at timestamptz not null
);

create table pictures (
  id bigint primary key
);
