-- A request that writes the session's data, its draft staying the same.
\set n random(1, :live)
\set views random(1, 1000000)
update session
set sess = session_data(known.draft, :views),
    expire = localtimestamp + interval '1 day'
from known_sessions as known
where known.n = :n
  and session.sid = known.sid;
