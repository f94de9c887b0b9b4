create table logins (
  id bigint primary key,
  seen_at timestamp,
  made_at timestamp not null,
  ends_at timestamptz,
  ends_ms bigint,
  ends_s integer
);
