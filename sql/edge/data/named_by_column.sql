-- The key that the column :{path} names: itself, or none.
create or replace function lastwill.:"named"(pointer :{pointer_type})
  returns :{owned_type}[]
  language sql
  immutable
  parallel safe
return array_remove(array[cast(pointer as :{owned_type})], null);

revoke all on function lastwill.:"named"(:{pointer_type}) from public;

comment on function lastwill.:"named"(:{pointer_type}) is
  :'comment';
