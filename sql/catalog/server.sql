-- What else the generator asks of the server: its zone, and which of the given zones and roles
-- it does not know. A zone may also be an abbreviation, or an offset such as +02.
select
  current_setting('TimeZone') as time_zone,
  current_schemas(false)::text[] as search_path,
  exists (select from pg_catalog.pg_namespace where nspname = 'lastwill') as installed,
  array(
    select given.zone
    from unnest($1::text[]) as given (zone)
    where given.zone !~ '^[+-]?\d{1,2}(:?\d\d)?$'
      and lower(given.zone) not in (
        select lower(known.name)
        from pg_catalog.pg_timezone_names as known
      )
      and lower(given.zone) not in (
        select lower(known.abbrev)
        from pg_catalog.pg_timezone_abbrevs as known
      )
  ) as unknown_zones,
  array(
    select given.role
    from unnest($2::text[]) as given (role)
    where given.role not in (select known.rolname from pg_catalog.pg_roles as known)
  ) as unknown_roles;
