create table session (
  sid varchar primary key,
  sess json not null,
  expire timestamp(6) not null
);
create index on session (expire);

create table documents (
  id bigint generated always as identity primary key,
  title text not null
);
create table session_documents (
  session_sid varchar references session on delete cascade,
  document_id bigint not null,
  primary key (session_sid, document_id)
);
