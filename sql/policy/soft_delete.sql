-- soft_delete: the row stays, marked as deleted.
update only :"owned" as owned
set :{changes}
where cast(owned.:"key" as :{owned_type}) operator(pg_catalog.=) any (decided)
  and :{ends};
