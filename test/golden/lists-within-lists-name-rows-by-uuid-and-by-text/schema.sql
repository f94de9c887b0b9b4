create table visits (
  id uuid primary key,
  data json not null,
  expires_at timestamptz not null
);

create table uploads (
  id uuid primary key
);

create table tags (
  name varchar(40) primary key
);

create table codes (
  code character(6) primary key
);
