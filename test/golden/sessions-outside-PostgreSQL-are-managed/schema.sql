create table carts (
  id bigint primary key,
  session_key text
);
create table documents (id bigint primary key);
create table session_documents (
  session_key text,
  document_id bigint references documents on delete cascade
);
