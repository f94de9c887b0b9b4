-- The keys that a document names under :{path}. In strict mode $[*] gives the elements of a
-- list, and (silent) nothing for anything else.
create or replace function lastwill.:"named"(document jsonb)
  returns :{owned_type}[]
  language sql
  immutable
  parallel safe
return
  array(
    select distinct :{key}
    from :{elements}
    where :{key} is not null
  );

revoke all on function lastwill.:"named"(jsonb) from public;

comment on function lastwill.:"named"(jsonb) is
  :'comment';
