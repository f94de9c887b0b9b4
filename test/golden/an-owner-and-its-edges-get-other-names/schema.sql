create table visits (
  id bigint primary key,
  data jsonb not null,
  expires_at timestamptz not null
);

create table carts (
  id bigint primary key,
  visit_id bigint
);

create table cart_items (
  id bigint primary key,
  cart_id bigint not null references carts
);

create table drafts (
  id bigint primary key,
  code text not null unique,
  sid text
);

create table documents (
  id bigint primary key
);

create table visit_documents (
  visit_id bigint not null,
  document_id bigint not null,
  primary key (visit_id, document_id)
);
