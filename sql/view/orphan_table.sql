select
  :'edge'::text as edge,
  :'owned_name'::regclass::text as owned,
  owned.:"key"::text as owned_key
from :"owned" as owned
where :{unnamed}
  and not exists (
    select
    from lastwill.released as entry
    where entry.edge = any(:{edges})
      and entry.owned_key = owned.:"key"::text
  )
