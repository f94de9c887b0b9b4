-- Zones that roles and this database set for their connections: what writes a timestamp without
-- time zone there writes it in that zone.
select
  role.rolname as role,
  database.datname as database,
  split_part(setting.entry, '=', 2) as zone
from pg_catalog.pg_db_role_setting as stored
cross join lateral unnest(stored.setconfig) as setting (entry)
left join pg_catalog.pg_roles as role on role.oid = stored.setrole
left join pg_catalog.pg_database as database on database.oid = stored.setdatabase
where setting.entry ilike 'timezone=%'
  and (stored.setdatabase = 0 or database.datname = current_database())
  and (stored.setrole = 0 or role.rolcanlogin)
order by role.rolname nulls first, database.datname nulls first;
