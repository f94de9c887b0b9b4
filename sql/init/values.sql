-- A sample of what a column holds, and how often each: of the rows written last, which in a small
-- table lie at its end.
select
  sampled.value::text as value,
  count(*)::integer as times
from (
  select :"column" as value
  from only :"table" :{part}
  where :"column" is not null
    and :{condition}
  order by ctid desc
  limit 1000
) as sampled
group by sampled.value::text
