-- cascade: the row goes, and with it what its foreign keys say.
delete from only :"owned" as owned
where owned.ctid operator(pg_catalog.=) any (places)
  and :{ends};
