-- The sessions whose users are there: all that are live, numbered without gaps, as cookies name them.
create table known_sessions (
  n integer primary key,
  sid varchar not null,
  draft bigint not null
);

insert into known_sessions (n, sid, draft)
select row_number() over (order by random()), sid, (sess ->> 'draftId')::bigint
from session
where expire > localtimestamp;

vacuum analyze known_sessions;
