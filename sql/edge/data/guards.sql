-- Whether an owner may tie a row that it names: naming is a right to delete, and what a session
-- holds is not always only the application's own doing. For the same reason a guard that raises
-- an error is one that does not hold: the session's write must not fail by it.
create or replace function lastwill.:"guards"(owner :"owner", owned :"owned")
  returns boolean
  language plpgsql
  stable
  set search_path = :{path}
as $lastwill$
begin
  return (
    :{condition}
  ) is true;
exception
  -- Whatever it was: a cast of odd data, a division, an escape that json stores and cannot read.
  when others or assert_failure then
    return false;
end;
$lastwill$;

revoke all on function lastwill.:"guards"(:"owner", :"owned") from public;

comment on function lastwill.:"guards"(:"owner", :"owned") is
  :'comment';
