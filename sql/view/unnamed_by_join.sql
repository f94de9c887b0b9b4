not exists (
  select
  from :"join" as tie
  join :"owner" as owner on owner.:"owner_key" = tie.:"to_parent"
  where tie.:"to_owned" = owned.:"key"
)
