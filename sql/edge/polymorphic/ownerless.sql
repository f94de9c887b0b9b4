array(
  select distinct :{parent_key_of_owned}
  from :"owned" as owned
  where owned.:"type_column" = :'type'
    and :{parent_key_of_owned} is not null
)
