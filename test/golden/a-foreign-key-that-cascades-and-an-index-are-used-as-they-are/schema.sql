create table logins (
  id bigint primary key,
  expires_at timestamptz not null
);

create table carts (
  id bigint primary key,
  login_id bigint references logins on delete cascade on update cascade
);

create index carts_by_login on carts (login_id, id);
