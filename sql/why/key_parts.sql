-- The parts of a key of several columns, as PostgreSQL prints a row and as lastwill.owned has it:
-- (7,"a, b").
create or replace function lastwill.key_parts(key text)
  returns text[]
  language sql
  immutable
  strict
  set search_path = pg_catalog, pg_temp
as $lastwill$
  select
    array_agg(
      coalesce(replace(replace(part.match[1], '""', '"'), '\\', '\'), part.match[2])
      order by part.place
    )
  from regexp_matches(
    substr(key, 2, length(key) - 2) || ',',
    '(?:"((?:[^"\\]|""|\\.)*)"|([^,"]*)),',
    'g'
  ) with ordinality as part (match, place);
$lastwill$;

revoke all on function lastwill.key_parts(text) from public;

comment on function lastwill.key_parts(text) is
  :'comment';
