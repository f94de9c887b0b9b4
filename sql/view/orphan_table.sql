select
  :'edge'::text as edge,
  :'owned_name'::regclass::text as owned,
  :{key} as owned_key
from :"owned" as owned
where :{lingers}
