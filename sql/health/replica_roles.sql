-- Who connects with session_replication_role = replica from the start: nothing that he writes fires
-- a trigger of ours. Of the server itself both names are null.
select
  role.rolname as role,
  database.datname as database
from pg_catalog.pg_db_role_setting as stored
cross join lateral unnest(stored.setconfig) as setting (entry)
left join pg_catalog.pg_roles as role on role.oid = stored.setrole
left join pg_catalog.pg_database as database on database.oid = stored.setdatabase
where lower(setting.entry) = 'session_replication_role=replica'
  and (stored.setdatabase = 0 or database.datname = current_database())
union all
select null, null
from pg_catalog.pg_settings as setting
where setting.name = 'session_replication_role'
  and setting.setting = 'replica'
  and setting.source in ('configuration file', 'command line', 'environment variable')
