create table session (
  sid varchar primary key,
  sess json not null,
  expire timestamp(6) not null
);
create index on session (expire);

create table carts (
  id bigint primary key,
  session_sid varchar not null
);
create table cart_items (
  cart_id bigint not null,
  line integer not null,
  primary key (cart_id, line)
);
create table uploads (
  id uuid primary key,
  session_sid varchar,
  user_id bigint
);
create table documents (
  id bigint primary key
);
create table session_documents (
  session_sid varchar,
  document_id bigint
);
