-- The keys, and every index that a foreign key would need, whether or not a contestant has foreign
-- keys: so that none has an index which another has not.
alter table session add constraint session_pkey primary key (sid);

create index "IDX_session_expire" on session (expire);

alter table carts add primary key (id);

create index carts_session_sid_idx on carts (session_sid);

alter table cart_items add primary key (id);

create index cart_items_cart_id_idx on cart_items (cart_id);

alter table uploads add primary key (id);

create index uploads_session_sid_idx on uploads (session_sid);

alter table drafts add primary key (id);
