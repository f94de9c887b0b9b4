-- cascade: the row goes, and with it what its foreign keys say.
delete from :"owned" as owned
where owned.:"key" = any(decided)
  and :{unnamed};
