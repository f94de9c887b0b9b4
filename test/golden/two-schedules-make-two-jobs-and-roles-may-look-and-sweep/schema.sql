create table session (
  sid varchar primary key,
  sess json not null,
  expire timestamp(6) not null
);

create table carts (
  id bigint primary key,
  session_sid varchar
);

create table invites (
  token text primary key,
  expires_at timestamptz
);
