update :"owned" as owned
set :"claim" = coalesce(owned.:"claim", value),
    :{nothing}
where owned.:"type_column" operator(pg_catalog.=) :'type'
  and owned.:"by" operator(pg_catalog.=) :{owner_key};

get diagnostics n_rows = row_count;
claimed := claimed + n_rows;
