-- Of a sample of rows, those written last, how many there are and in how many a column is filled.
select
  count(*)::integer as n,
  count(sampled.value)::integer as filled
from (
  select :"column" as value
  from only :"table" :{part}
  order by ctid desc
  limit 1000
) as sampled
