create table session (
  sid varchar primary key,
  sess json not null,
  expire timestamp(6) not null
);
create index on session (expire);

create table carts (
  id bigint primary key,
  session_sid varchar,
  photo_id bigint
);
create table items (
  id bigint primary key,
  cart_id bigint
);
create table photos (id bigint primary key);
create table notes (
  id bigint primary key,
  about_type text,
  about_id bigint
);
create table labels (id bigint primary key);
create table cart_labels (
  cart_id bigint,
  label_id bigint,
  primary key (cart_id, label_id)
);
