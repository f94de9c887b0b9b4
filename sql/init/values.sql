-- A sample of what a column holds, and how often each.
select
  sampled.value::text as value,
  count(*)::integer as times
from (
  select :"column" as value
  from only :"table" :{part}
  where :"column" is not null
    and :{condition}
  limit 1000
) as sampled
group by sampled.value::text
