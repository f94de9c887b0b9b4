-- An integer from a JSON value, number or string, or null when it is none: what a session's data
-- holds is not to be trusted, and must raise no error in the write that brings it.
create or replace function lastwill.read_integer(value jsonb)
  returns integer
  language sql
  immutable
  parallel safe
return
  case
    when jsonb_typeof(value) in ('number', 'string') and value #>> '{}' ~ '^-?[0-9]{1,10}$' then
      case
        when (value #>> '{}')::numeric between -2147483648 and 2147483647 then
          (value #>> '{}')::integer
      end
  end;

revoke all on function lastwill.read_integer(jsonb) from public;

comment on function lastwill.read_integer(jsonb) is
  :'comment';
