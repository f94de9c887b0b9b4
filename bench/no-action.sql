-- The foreign keys that an ORM's migrations write: they do nothing but refuse. Who deletes a session
-- has to delete what it owns first; nothing guards the drafts.
alter table carts
  add foreign key (session_sid) references session;

alter table cart_items
  add foreign key (cart_id) references carts;

alter table uploads
  add foreign key (session_sid) references session;
