return query
select
  :'edge'::text,
  'kept',
  null::text,
  null::text[],
  null::timestamptz,
  :'condition'::text
from (
  select (this).*
) as owned
where is_there
  and lastwill.:"keeps"(this)
  :{not_claimed};
