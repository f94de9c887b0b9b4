create table sessions (
  id varchar(255) primary key,
  user_id bigint,
  payload text not null,
  last_activity integer not null
);
create index on sessions (last_activity);
create table carts (
  id bigint primary key,
  user_id bigint
);
