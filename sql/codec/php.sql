-- The session of a Laravel application as jsonb, or null when it cannot be read. The
-- column holds Base64 of PHP's serialize(), or, with session.serialization = json, of
-- JSON; JSON without Base64 is read too. With session.encrypt it holds neither.
--
-- The format is what ext/standard/var_unserializer.re of PHP reads, and so are the
-- numbers by which references name values: every value has one, but for keys and for R
-- itself. A number too many or too few, and a reference would name another value, perhaps
-- another row's key.
--
-- What JSON cannot say is said as PHP's own json_encode() does: an array whose keys are
-- 0, 1, 2 … in this order is a list, any other is an object, and so is one that lost an
-- element amid. Of a PHP object protected and private properties are shown too, an enum
-- is the name of its case. What a class writes as it likes (C:), a float that is no
-- number and a string that is no UTF-8 are null, and so is a reference to what is still
-- open, a cycle.
--
-- It is not parallel safe: before PostgreSQL 17 a block with an exception handler is an
-- error there.
create or replace function lastwill.decode_php(document text)
  returns jsonb
  language plpgsql
  immutable
  strict
  set search_path = pg_catalog, pg_temp
  set standard_conforming_strings = on
as $lastwill$
declare
  bytes bytea;
  here integer := 0;

  tag "char";
  mark text;
  word text;
  length integer;
  raw bytea;
  escaped text;
  target integer;
  value text;
  session jsonb;

  -- The JSON, piece by piece: one text that grows would be copied at every step.
  pieces text[] := array[]::text[];
  count integer := 0;
  separator text := '';
  is_key boolean;

  -- The arrays and objects that are open, innermost last; the first stands for the whole.
  depth integer := 1;
  pending integer[] := array[1];
  bracket integer[] := array[0];
  item integer[] := array[0];
  -- The next key if this is to be a list; null for what is none.
  next_index integer[] := array[null::integer];
  -- Where the keys of lists go, in all that is open, should they turn out to be none.
  key_places integer[] := array[]::integer[];
  key_count integer := 0;

  -- What a reference can name: a scalar, or from which piece to which.
  slots integer := 0;
  scalars text[] := array[]::text[];
  opened integer[] := array[]::integer[];
  closed integer[] := array[]::integer[];
  -- The text that a class wrote may hold values with numbers of their own.
  slots_known boolean := true;
  -- Bytes that references made: references to references could unfold to any size.
  repeated integer := 0;
begin
  -- Far more than a session holds: what a visitor can fill must not take seconds to look
  -- at.
  if octet_length(document) > 1048576 then
    return null;
  end if;

  if document !~ '^\s*[\[{]' then
    bytes := decode(document, 'base64');
    if get_byte(bytes, 0) in (ascii('{'), ascii('[')) then
      document := convert_from(bytes, 'UTF8');
      bytes := null;
    end if;
  end if;

  if bytes is null then
    session := lastwill.decode_json(document);
    -- What Laravel encrypts is such an object; it says nothing about the session.
    return case when not session ?& '{iv,value,mac}' then session end;
  end if;

  -- A document that is not done by then is left unfinished, and so is no JSON.
  for step in 1 .. 400000 loop
    if pending[depth] = 0 then
      exit when depth = 1;
      if get_byte(bytes, here) <> ascii('}') then
        return null;
      end if;
      here := here + 1;
      count := count + 1;
      if next_index[depth] is null then
        pieces[count] := '}';
      else
        pieces[count] := ']';
        key_count := key_count - next_index[depth];
      end if;
      closed[item[depth]] := count;
      separator := ',';
      depth := depth - 1;
      pending[depth] := pending[depth] - 1;
      continue;
    end if;

    is_key := depth > 1 and pending[depth] % 2 = 0;
    tag := get_byte(bytes, here)::"char";
    if is_key then
      if tag not in ('i', 's') then
        return null;
      end if;
    elsif tag <> 'R' then
      slots := slots + 1;
    end if;

    -- A number, a length or a count, between the first colon and the next mark.
    if tag = 'N' then
      here := here + 1;
      mark := ';';
    else
      mark := case when tag in ('s', 'a', 'O', 'E', 'C') then ':' else ';' end;
      word := split_part(encode(substr(bytes, here + 3, 64), 'escape'), mark, 1);
      if get_byte(bytes, here + 1) <> ascii(':') then
        return null;
      end if;
      here := here + 2 + octet_length(word);
    end if;
    if get_byte(bytes, here) <> ascii(mark) then
      return null;
    end if;
    here := here + 1;

    -- A string, or the name of a class or case: so many bytes in quotes.
    if tag in ('s', 'O', 'E', 'C') then
      length := word::integer;
      raw := substr(bytes, here + 2, length);
      if get_byte(bytes, here) <> ascii('"')
        or get_byte(bytes, here + 1 + length) <> ascii('"') then
        return null;
      end if;
      here := here + 2 + length;
      mark := case when tag in ('s', 'E') then ';' else ':' end;
      if get_byte(bytes, here) <> ascii(mark) then
        return null;
      end if;
      here := here + 1;
      if tag in ('O', 'C') then
        word := split_part(encode(substr(bytes, here + 1, 12), 'escape'), ':', 1);
        here := here + octet_length(word);
        if get_byte(bytes, here) <> ascii(':') then
          return null;
        end if;
        here := here + 1;
      end if;
    end if;

    case tag
      when 's', 'E' then
        if tag = 'E' then
          raw := substr(raw, position('\x3a' in raw) + 1);
        elsif is_key and position('\x00' in raw) = 1 then
          -- A property's name, after the class or the star that hides it.
          raw := substr(raw, position('\x00' in substr(raw, 2)) + 2);
        end if;
        -- Plain ASCII, as most is, needs no handler of its own, which would take longest
        -- of all.
        escaped := encode(raw, 'escape');
        if octet_length(escaped) = octet_length(raw) then
          value := to_json(escaped)::text;
        else
          begin
            value := to_json(
              convert_from(
                decode(
                  regexp_replace(
                    escaped, '(?<!\\)((?:\\\\)*)\\000', '\1\\357\\277\\275', 'g'
                  ),
                  'escape'
                ),
                'UTF8'
              )
            )::text;
          exception
            when data_exception then
              value := 'null';
          end;
        end if;

      when 'i' then
        value := word::bigint::text;

      when 'N' then
        value := 'null';

      when 'b' then
        value := case word when '1' then 'true' when '0' then 'false' end;

      when 'd' then
        value := case
          when word ~ '^-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?$' then word
          when word in ('NAN', 'INF', '-INF') then 'null'
        end;

      when 'a', 'O' then
        length := word::integer;
        if get_byte(bytes, here) <> ascii('{')
          or length not between 0 and octet_length(bytes) - here
          or depth > 500 then
          return null;
        end if;
        here := here + 1;
        pieces[count + 1] := separator;
        pieces[count + 2] := case tag when 'a' then '[' else '{' end;
        count := count + 2;
        separator := '';
        opened[slots] := count;
        depth := depth + 1;
        pending[depth] := length * 2;
        bracket[depth] := count;
        item[depth] := slots;
        next_index[depth] := case tag when 'a' then 0 end;
        continue;

      when 'C' then
        here := here + 1 + word::integer;
        if get_byte(bytes, here) <> ascii('}') then
          return null;
        end if;
        here := here + 1;
        value := 'null';
        slots_known := false;

      when 'R', 'r' then
        target := word::integer;
        if not slots_known or target not between 1 and slots then
          return null;
        end if;
        value := coalesce(scalars[target], 'null');
        repeated := repeated + octet_length(value);
        if closed[target] is not null then
          pieces[count + 1] := separator;
          count := count + 1;
          if tag = 'r' then
            opened[slots] := count + 1;
            closed[slots] := count + 1 + closed[target] - opened[target];
          end if;
          for piece in opened[target] .. closed[target] loop
            count := count + 1;
            pieces[count] := pieces[piece];
            repeated := repeated + 1 + octet_length(pieces[piece]);
          end loop;
          if repeated > 1048576 then
            return null;
          end if;
          separator := ',';
          pending[depth] := pending[depth] - 1;
          continue;
        end if;

      else
        return null;
    end case;

    if value is null or repeated > 1048576 then
      return null;
    end if;
    pending[depth] := pending[depth] - 1;
    if not is_key then
      if tag <> 'R' then
        scalars[slots] := value;
      end if;
      count := count + 1;
      pieces[count] := separator || value;
      separator := ',';
      continue;
    end if;

    count := count + 1;
    if value = next_index[depth]::text then
      -- A list as yet, so nothing but the comma, and a place for the key.
      pieces[count] := separator;
      key_count := key_count + 1;
      key_places[key_count] := count;
      next_index[depth] := next_index[depth] + 1;
    else
      if next_index[depth] is not null then
        -- No list after all: the keys go where they were left out.
        key_count := key_count - next_index[depth];
        for index in 0 .. next_index[depth] - 1 loop
          target := key_places[key_count + 1 + index];
          pieces[target] := pieces[target] || '"' || index || '":';
        end loop;
        pieces[bracket[depth]] := '{';
        next_index[depth] := null;
      end if;
      pieces[count] := separator
        || case when tag = 's' and value <> 'null' then value else '"' || value || '"' end
        || ':';
    end if;
    separator := '';
  end loop;

  session := array_to_string(pieces, '')::jsonb;
  return case
    when here = octet_length(bytes) and jsonb_typeof(session) in ('object', 'array') then
      session
  end;
exception
  when data_exception or program_limit_exceeded then
    return null;
end;
$lastwill$;

revoke all on function lastwill.decode_php(text) from public;

comment on function lastwill.decode_php(text) is
  :'comment';
