-- A fixed snapshot may be older than a row of theirs: the sweep looks for them.
if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
  insert into lastwill.released (edge, owned_key, owner_key, due_at)
  select :'edge', '', owner.key::text, now() + interval :'grace'
  from unnest(owners) as owner (key);

  return;
end if;
