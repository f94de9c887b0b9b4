-- Foreign keys that cascade, and nothing else: what one writes by hand, without the drafts, which no
-- foreign key can reach.
alter table carts
  add foreign key (session_sid) references session on delete cascade on update cascade;

alter table cart_items
  add foreign key (cart_id) references carts on delete cascade on update cascade;

alter table uploads
  add foreign key (session_sid) references session on delete cascade on update cascade;
