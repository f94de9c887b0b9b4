-- What else the generator asks of the server: its zone, and which of the given zones and roles
-- it knows.
select
  current_setting('TimeZone') as time_zone,
  exists (select from pg_catalog.pg_namespace where nspname = 'lastwill') as installed,
  array(select name from unnest($1::text[]) as name where not exists (
    select from pg_catalog.pg_timezone_names as zone where lower(zone.name) = lower(name)
  )) as unknown_zones,
  array(select name from unnest($2::text[]) as name where not exists (
    select from pg_catalog.pg_roles as role where role.rolname = name
  )) as unknown_roles;
