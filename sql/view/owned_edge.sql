select
  :'owner'::text as owner,
  :{owner_key} as owner_key,
  :'edge'::text as edge,
  :'owned'::regclass::text as owned,
  :{owned_key} as owned_key,
  :{depth} as depth,
  :'policy'::text as policy,
  :{expires_at} as expires_at,
  :{parent_edge} as parent_edge,
  :{parent_key} as parent_key
from :"owner_table" as owner
:{joins}
