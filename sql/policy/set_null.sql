-- set_null: the row stays, and names nobody.
update only :"owned" as owned
set :{nothing}
where owned.ctid operator(pg_catalog.=) any (places)
  and :{ends};
