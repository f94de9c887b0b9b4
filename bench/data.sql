-- :n sessions, half of them expired, at random among the live; each with a cart of five items, two
-- uploads, and a draft that its data names. `:order` says where in its table a row lies that session
-- n owns: anywhere, or near the rows of the sessions made about the same time.
select setseed(0.42);

insert into session (sid, sess, expire)
select
  session_sid(n),
  session_data(n, 1),
  localtimestamp
    + case when row_number() over (order by random()) % 2 = 0 then interval '1 day' else interval '-1 day' end
    + n * interval '1 millisecond'
from generate_series(1, :n) as n
order by n;

insert into carts (id, session_sid)
select n, session_sid(n)
from generate_series(1, :n) as n
order by :order;

insert into cart_items (cart_id, product)
select n, 'product ' || item
from generate_series(1, :n) as n
cross join generate_series(1, 5) as item
order by :order;

insert into uploads (session_sid, path)
select session_sid(n), '/uploads/' || n || '/' || upload
from generate_series(1, :n) as n
cross join generate_series(1, 2) as upload
order by :order;

insert into drafts (id, body)
select n, 'draft ' || n
from generate_series(1, :n) as n
order by :order;
