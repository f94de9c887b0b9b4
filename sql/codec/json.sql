-- JSON text as jsonb, or null when it is none. Two things that PostgreSQL's type json stores, jsonb
-- and ->> refuse: \u0000 and halves of surrogate pairs, which JavaScript writes without a thought.
-- They are replaced, as every other reader would, by U+FFFD: no key holds them, and one odd
-- character in a visitor's name must not hide which rows his session names.
create or replace function lastwill.decode_json(document text)
  returns jsonb
  language plpgsql
  immutable
  set search_path = pg_catalog, pg_temp
  set standard_conforming_strings = on
as $lastwill$
begin
  return document::jsonb;
exception
  when data_exception or program_limit_exceeded then
    begin
      return
        regexp_replace(
          regexp_replace(
            regexp_replace(document, '(?<!\\)((?:\\\\)*)\\u0000', '\1\\ufffd', 'g'),
            '\\ud[89ab][0-9a-f]{2}(?!\\ud[c-f][0-9a-f]{2})', '\\ufffd', 'gi'
          ),
          '(?<!\\ud[89ab][0-9a-f]{2})\\ud[c-f][0-9a-f]{2}', '\\ufffd', 'gi'
        )::jsonb;
    exception
      when data_exception or program_limit_exceeded then
        return null;
    end;
end;
$lastwill$;

revoke all on function lastwill.decode_json(text) from public;

comment on function lastwill.decode_json(text) is
  :'comment';
