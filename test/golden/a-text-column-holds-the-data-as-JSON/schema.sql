create table visits (
  id integer primary key,
  data text,
  expires_at timestamptz
);

create table drafts (
  id smallint primary key
);
