update :"owned" as owned
set :"by" = :{new_key}
where owned.:"type_column" operator(pg_catalog.=) :'type'
  and owned.:"by" operator(pg_catalog.=) :{old_key};

get diagnostics n_rows = row_count;
adopted := adopted + n_rows;
