-- A request that only moves the expiry.
\set n random(1, :live)
update session
set expire = localtimestamp + interval '1 day'
where sid = (select sid from known_sessions where n = :n);
