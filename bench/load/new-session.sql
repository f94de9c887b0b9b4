-- A new visitor, and his cart.
\set id random(10000000000, 9000000000000000000)
begin;
insert into session (sid, sess, expire)
values (session_sid(:id), session_data(null, 1), localtimestamp + interval '1 day');
insert into carts (id, session_sid)
values (:id, session_sid(:id));
commit;
