not exists (
  select
  from :"parent" as parent
  where parent.:"parent_key" operator(pg_catalog.=) :{parent_key_of_owned}
    :{exactly}
    and owned.:"type_column" operator(pg_catalog.=) :'type'
)
