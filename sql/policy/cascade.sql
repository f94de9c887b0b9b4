delete from :"owned" as owned
where owned.:"key" = any(decided)
  and :{unnamed};
