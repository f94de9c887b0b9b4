-- A key of type text from a JSON string or number, or null when it is none. No key is longer
-- than 1,000 bytes: what is longer could not be indexed, and would raise an error in the
-- session's write.
create or replace function lastwill.read_text(value jsonb)
  returns text
  language sql
  immutable
  parallel safe
return
  case
    when jsonb_typeof(value) in ('number', 'string') and octet_length(value #>> '{}') <= 1000 then
      value #>> '{}'
  end;

revoke all on function lastwill.read_text(jsonb) from public;

comment on function lastwill.read_text(jsonb) is
  :'comment';
