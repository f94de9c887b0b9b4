create table session (
  sid varchar primary key,
  sess json not null,
  expire timestamp(6) not null
);
create index on session (expire);

create table drafts (
  id bigint primary key,
  body text,
  words integer generated always as (length(body)) stored
);
create schema history;
create table history.drafts (
  id bigint,
  body text,
  words integer,
  archived_at timestamptz not null,
  later_columns jsonb
);
