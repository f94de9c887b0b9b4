-- A smallint from a JSON value, number or string, or null when it is none: what a session's
-- data holds is not to be trusted, and must raise no error in the write that brings it.
create or replace function lastwill.read_smallint(value jsonb)
  returns smallint
  language sql
  immutable
  parallel safe
return
  case
    when jsonb_typeof(value) in ('number', 'string') and value #>> '{}' ~ '^-?[0-9]{1,5}$' then
      case
        when (value #>> '{}')::numeric between -32768 and 32767 then
          (value #>> '{}')::smallint
      end
  end;

revoke all on function lastwill.read_smallint(jsonb) from public;

comment on function lastwill.read_smallint(jsonb) is
  :'comment';
