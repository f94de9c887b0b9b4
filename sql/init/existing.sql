-- How many of the given values are keys of a table.
select count(*)::integer as found
from unnest(:{values}) as given (value)
where exists (
  select from only :"table" as owned
  where owned.:"key" = cast(given.value as :{type})
)
