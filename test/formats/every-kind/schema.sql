create table visits (
  id bigint primary key,
  data jsonb not null,
  expires_at timestamptz not null
);

create table carts (
  id bigint primary key,
  visit_id bigint references visits on delete set null
);

create table drafts (
  id bigint primary key
);
