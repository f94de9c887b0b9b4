-- Your own triggers find what they are used to finding.
perform set_config('search_path', :'path', true);
update :"owned" as owned
set :"by" = :{new_key}
where owned.:"type_column" operator(pg_catalog.=) :'type'
  and owned.:"by" operator(pg_catalog.=) :{old_key};
perform set_config('search_path', 'pg_catalog, pg_temp', true);
