-- cascade: the row goes, and with it what its foreign keys say.
delete from only :"owned" as owned
where cast(owned.:"key" as :{owned_type}) operator(pg_catalog.=) any (decided)
  and :{ends};
