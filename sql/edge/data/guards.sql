-- Whether an owner may tie a row that it names: naming is a right to delete, and what a session
-- holds is not always only the application's own doing.
create or replace function lastwill.:"guards"(owner :"owner", owned :"owned")
  returns boolean
  language sql
  stable
  set search_path = :{path}
as $lastwill$
  select :{condition};
$lastwill$;

revoke all on function lastwill.:"guards"(:"owner", :"owned") from public;

comment on function lastwill.:"guards"(:"owner", :"owned") is
  :'comment';
