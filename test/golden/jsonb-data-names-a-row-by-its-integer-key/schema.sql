create table visits (
  id text primary key,
  data jsonb,
  expires_at timestamptz
);

create table drafts (
  id integer primary key
);
