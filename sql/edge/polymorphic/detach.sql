-- What is kept names nobody any more.
update :"owned" as owned
set :{nothing}
where cast(owned.:"key" as :{owned_type}) operator(pg_catalog.=) any (decided)
  and owned.:"by" is not null
  and owned.:"type_column" operator(pg_catalog.=) :'type'
  and lastwill.:"keeps"(owned.*)
  and :{unnamed};
