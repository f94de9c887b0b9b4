create table logins (
  id uuid primary key,
  expires_at timestamptz not null
);

create table carts (
  id bigint primary key,
  login_id uuid
);
