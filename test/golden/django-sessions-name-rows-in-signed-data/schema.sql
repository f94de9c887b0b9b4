create table django_session (
  session_key varchar(40) primary key,
  session_data text not null,
  expire_date timestamptz not null
);
create index on django_session (expire_date);
create table baskets (
  id bigint primary key
);
