create table visits (
  id bigint primary key,
  ends_at timestamptz not null
);
create table notes (
  id uuid primary key,
  about text not null,
  about_id text
);
