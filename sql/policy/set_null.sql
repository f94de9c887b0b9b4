-- set_null: the row stays, and names nobody.
update only :"owned" as owned
set :{nothing}
where cast(owned.:"key" as :{owned_type}) operator(pg_catalog.=) any (decided)
  and :{ends};
