-- The keys that a document names under :{path}.
create or replace function lastwill.:"named"(document jsonb)
  returns :{owned_type}[]
  language sql
  immutable
  parallel safe
return array_remove(array[:{key}], null);

revoke all on function lastwill.:"named"(jsonb) from public;

comment on function lastwill.:"named"(jsonb) is
  :'comment';
