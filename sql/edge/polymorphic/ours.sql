(
  owned.:"by" is null
  or owned.:"type_column" operator(pg_catalog.=) any (
    :{types}
  )
)
