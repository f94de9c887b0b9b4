-- Writes down that a session is there, and for how long: called at every request that renews it.
-- A time to live of 0 ends it at the next sweep. Gives when it expires.
create or replace function lastwill.:"touch"(key text, ttl interval)
  returns timestamptz
  language sql
  strict
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
  insert into lastwill.:"table" as kept (key, expires_at)
  values (:"touch".key, now() + :"touch".ttl)
  on conflict on constraint :"primary_key" do update
  set expires_at = excluded.expires_at
  returning kept.expires_at;
$lastwill$;

revoke all on function lastwill.:"touch"(text, interval) from public;

comment on function lastwill.:"touch"(text, interval) is
  :'comment';
