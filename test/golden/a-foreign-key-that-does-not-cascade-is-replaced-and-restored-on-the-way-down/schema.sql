create table logins (
  id bigint primary key,
  expires_at timestamptz not null
);

create table carts (
  id bigint primary key,
  login_id bigint references logins deferrable initially deferred
);

create table items (
  id bigint primary key,
  cart_id bigint not null references carts on update cascade
);

alter table carts
  add constraint "Cart has Login" foreign key (login_id) references logins on delete set null
  not valid;
