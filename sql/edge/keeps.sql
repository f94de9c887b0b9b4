-- :{sentence}
create or replace function lastwill.:"keeps"(owned :"owned")
  returns boolean
  language sql
  stable
  set search_path = :{path}
as $lastwill$
  select :{condition}
  from (select (owned).*) as :"alias";
$lastwill$;

revoke all on function lastwill.:"keeps"(:"owned") from public;

comment on function lastwill.:"keeps"(:"owned") is
  :'comment';
