create table session (
  sid varchar primary key,
  sess json not null,
  expire timestamp(6) not null,
  tenant_id integer
);
create table uploads (
  id uuid primary key,
  tenant_id integer not null
);
