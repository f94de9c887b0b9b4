select
  :'edge'::text as edge,
  'ownerless'::text as drift,
  link.owner_key::text as owner_key,
  link.owned_key::text as owned_key,
  :'mend'::text as mend
:{ownerless}
