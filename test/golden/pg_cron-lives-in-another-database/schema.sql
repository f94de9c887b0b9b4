create table logins (
  id bigint primary key
);
