-- A uuid from a JSON string, or null when it is none.
create or replace function lastwill.read_uuid(value jsonb)
  returns uuid
  language sql
  immutable
  parallel safe
return
  case
    when jsonb_typeof(value) = 'string'
      and value #>> '{}' ~* '^[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}$' then
      (value #>> '{}')::uuid
  end;

revoke all on function lastwill.read_uuid(jsonb) from public;

comment on function lastwill.read_uuid(jsonb) is
  :'comment';
