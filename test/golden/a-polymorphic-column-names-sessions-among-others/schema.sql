create table session (
  sid varchar primary key,
  sess json not null,
  expire timestamp(6) not null
);
create index on session (expire);

create table attachments (
  id bigint generated always as identity primary key,
  owner_type text,
  owner_id varchar,
  path text not null
);
