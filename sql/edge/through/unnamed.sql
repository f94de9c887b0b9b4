not exists (
  select
  from :"join" as tie
  where tie.:"to_owned" operator(pg_catalog.=) owned.:"key"
    and tie.:"to_parent" is not null
)
