-- soft_delete: the row stays, marked as deleted.
update only :"owned" as owned
set :{changes}
where owned.ctid operator(pg_catalog.=) any (places)
  and :{ends};
