-- A sample of sessions, those written last: their data as text, without what is too large to be
-- worth a look, and their end in seconds since 1970, when a column without a time zone is read as
-- UTC and in the zone here.
select
  case when octet_length(sampled.data::text) <= 262144 then sampled.data::text end as data,
  extract(epoch from sampled.ends at time zone 'UTC')::float8 as in_utc,
  extract(epoch from sampled.ends at time zone current_setting('TimeZone'))::float8 as here
from (
  select
    session.:"data" as data,
    :{end} as ends
  from only :"table" as session :{part}
  where session.:"data" is not null
  order by session.ctid desc
  limit :{limit}
) as sampled
