-- A bigint from a JSON value, number or string, or null when it is none: what a session's data
-- holds is not to be trusted, and must raise no error in the write that brings it.
create or replace function lastwill.read_bigint(value jsonb)
  returns bigint
  language sql
  immutable
  parallel safe
return
  case
    when jsonb_typeof(value) in ('number', 'string') and value #>> '{}' ~ '^-?[0-9]{1,19}$' then
      case
        when (value #>> '{}')::numeric between -9223372036854775808 and 9223372036854775807 then
          (value #>> '{}')::bigint
      end
  end;

revoke all on function lastwill.read_bigint(jsonb) from public;

comment on function lastwill.read_bigint(jsonb) is
  :'comment';
