return query
select
  :'edge'::text,
  :'reason',
  null::text,
  null::text[],
  null::timestamptz,
  :'column'::text
from (
  select (this).*
) as owned
where is_there
  and :{condition};
