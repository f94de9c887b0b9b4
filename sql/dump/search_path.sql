-- What the dumped database sets for its connections: to a connection that is there already it has
-- to be said.
select set_config('search_path', split_part(setting.entry, '=', 2), false)
from pg_catalog.pg_db_role_setting as stored
cross join lateral unnest(stored.setconfig) as setting (entry)
where stored.setrole = 0
  and setting.entry like 'search_path=%';
