update only :"owned" as owned
set :{nulls}
where owned.ctid operator(pg_catalog.=) any (places);
