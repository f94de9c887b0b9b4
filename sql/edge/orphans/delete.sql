delete from only :"owned" as owned
where owned.ctid operator(pg_catalog.=) any (places);
