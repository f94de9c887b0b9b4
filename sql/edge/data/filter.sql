-- :{sentence}
named := array(
  select tied.owned_key
  from unnest(named) as tied (owned_key)
  :{rows}
  where :{condition}
);

if named = '{}' then
  return;
end if;
