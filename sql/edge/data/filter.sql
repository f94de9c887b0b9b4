-- :{sentence}
select array_agg(tied.owner_key), array_agg(tied.owned_key)
into tied_owners, tied_keys
from unnest(tied_owners, tied_keys) as tied (owner_key, owned_key)
:{rows}
where :{condition};

if tied_keys is null then
  return;
end if;
