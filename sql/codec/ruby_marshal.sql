-- The session of a Rails application (activerecord-session_store) as jsonb, or null when
-- it cannot be read. The column holds Base64 of Ruby's Marshal format 4.8; with the
-- store's serializer :json it holds {"value": session}, and with :hybrid either, so
-- either is read.
--
-- Ruby documents the format in doc/marshal.rdoc, but in which order objects get the
-- numbers that links name them by is only to be read in r_object_for of its marshal.c. A
-- number too many or too few, and a link would name another value, perhaps another row's
-- key.
--
-- What JSON cannot say is said as Ruby's own to_json does where that is plain: symbols,
-- modules and the source of a regexp are strings, an object is its instance variables
-- without their @, a struct its members. What a class dumps of itself by _dump (Time,
-- BigDecimal), a float that is no number and a string that is no UTF-8 are null; what one
-- dumps by marshal_dump (TimeWithZone, Date) is what was dumped. A link to what is still
-- open, so a cycle, is null.
--
-- It is not parallel safe: before PostgreSQL 17 a block with an exception handler is an
-- error there.
create or replace function lastwill.decode_ruby_marshal(document text)
  returns jsonb
  language plpgsql
  immutable
  strict
  set search_path = pg_catalog, pg_temp
  set standard_conforming_strings = on
as $lastwill$
declare
  bytes bytea;
  size integer;
  here integer := 2;

  tag "char";
  wrapped boolean;
  lead integer;
  number bigint;
  negative boolean;
  raw bytea;
  escaped text;
  magnitude numeric;
  target integer;
  value text;
  children bigint;
  session jsonb;

  -- The JSON, piece by piece: one text that grows would be copied at every step.
  pieces text[] := array[]::text[];
  count integer := 0;
  separator text := '';
  is_key boolean := false;

  -- What is open, innermost last. A kind is the tag that opened it, or one of ours: r the
  -- root, a pairs of attributes, v a value dumped by marshal_dump, n instance variables
  -- of what is no object, d a hash's default.
  depth integer := 1;
  kind "char";
  kinds "char"[] := array['r'::"char"];
  pending bigint[] := array[1::bigint];
  item integer[] := array[0];
  -- The depth below which nothing is written, for JSON has no place for it; 0 for none.
  muted integer := 0;

  symbols text[] := array[]::text[];
  symbol_count integer := 0;

  -- What a link can name: a scalar, or from which piece to which.
  objects integer := 0;
  scalars text[] := array[]::text[];
  opened integer[] := array[]::integer[];
  closed integer[] := array[]::integer[];
  -- Bytes that links made: links to links could unfold to any size.
  repeated integer := 0;
begin
  -- Far more than a session holds: what a visitor can fill must not take seconds to look
  -- at.
  if octet_length(document) > 1048576 then
    return null;
  end if;

  if document ~ '^\s*\{' then
    session := lastwill.decode_json(document) -> 'value';
    return case when jsonb_typeof(session) = 'object' then session end;
  end if;

  bytes := decode(document, 'base64');
  size := octet_length(bytes);
  if substr(bytes, 1, 2) <> '\x0408' then
    return null;
  end if;

  -- A document that is not done by then is left unfinished, and so is no JSON.
  for step in 1 .. 400000 loop
    kind := kinds[depth];
    children := null;
    if pending[depth] > 0 then
      tag := get_byte(bytes, here)::"char";
      here := here + 1;
      wrapped := tag = 'I' and get_byte(bytes, here) = ascii('"');
      if wrapped then
        tag := '"';
        here := here + 1;
      end if;
      -- A wrapped value stands where its wrapper does, so below I and C this stays as it
      -- was.
      if kind in ('{', '}', 'a') then
        is_key := pending[depth] % 2 = 0;
      elsif kind in ('[', 'v', 'r') then
        is_key := false;
      end if;
    elsif kind in ('I', 'o', 'S', 'u') then
      tag := '#';
    elsif kind = 'U' then
      tag := 'v';
    else
      exit when kind = 'r';
      if kind in ('n', 'd', 'C', 'e') then
        if muted = depth then
          muted := 0;
        end if;
        if item[depth] < 0 then
          objects := objects + 1;
          scalars[objects] := 'null';
        end if;
      elsif muted = 0 then
        count := count + 1;
        pieces[count] := case kind when '[' then ']' when 'v' then '' else '}' end;
        closed[item[depth]] := count;
        separator := ',';
      end if;
      if kind = '}' then
        kinds[depth] := 'd';
        item[depth] := 0;
        pending[depth] := 1;
        if muted = 0 then
          muted := depth;
        end if;
        continue;
      end if;
      depth := depth - 1;
      -- After the name of a subclass or module comes the value itself.
      if kind not in ('C', 'e') then
        pending[depth] := pending[depth] - 1;
      end if;
      continue;
    end if;

    -- r_long: small numbers are one byte, others say first in how many bytes they follow.
    if tag in ('"', ':', ';', '#', 'i', '[', '{', '}', '@', 'f', 'l', 'c', 'm', 'M', '/')
    then
      if tag = 'l' then
        negative := get_byte(bytes, here) = ascii('-');
        here := here + 1;
      end if;
      lead := get_byte(bytes, here);
      here := here + 1;
      if lead between 5 and 127 then
        number := lead - 5;
      elsif lead between 128 and 251 then
        number := lead - 251;
      else
        number := case when lead < 128 then 0 else -1 end;
        lead := least(lead, 256 - lead);
        for low in reverse lead - 1 .. 0 loop
          number := (number << 8) | get_byte(bytes, here + low);
        end loop;
        here := here + lead;
      end if;
    end if;

    case tag
      when '"', ':', 'c', 'm', 'M', '/' then
        if number < 0 or number > size - here then
          return null;
        end if;
        raw := substr(bytes, here + 1, number::integer);
        here := here + number::integer;
        -- Plain ASCII, as most is, needs no handler of its own, which would take longest
        -- of all.
        escaped := encode(raw, 'escape');
        if octet_length(escaped) = number then
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
        if tag = ':' then
          symbol_count := symbol_count + 1;
          symbols[symbol_count] := value;
        else
          objects := objects + 1;
          scalars[objects] := value;
          if tag = '/' then
            here := here + 1;
          elsif wrapped then
            if substr(bytes, here + 1, 2) = '\x063b'
              and get_byte(bytes, here + 2) not between 1 and 5
              and get_byte(bytes, here + 3) in (ascii('T'), ascii('F')) then
              -- One instance variable, named by a link: the encoding, as nearly every
              -- string has it.
              here := here + 4;
            else
              depth := depth + 1;
              kinds[depth] := 'I';
              pending[depth] := 1;
              item[depth] := 0;
            end if;
          end if;
        end if;

      when 'i' then
        value := number::text;

      when ';' then
        value := symbols[number + 1];
        repeated := repeated + octet_length(value);

      when '0' then
        value := 'null';

      when 'T' then
        value := 'true';

      when 'F' then
        value := 'false';

      when '[' then
        children := number;

      when '{', '}' then
        children := number * 2;

      when 'I' then
        depth := depth + 1;
        kinds[depth] := tag;
        pending[depth] := 1;
        item[depth] := 0;
        continue;

      when 'o', 'S', 'u', 'U', 'C', 'e' then
        -- The name of the class comes first, a symbol.
        depth := depth + 1;
        kinds[depth] := tag;
        pending[depth] := 1;
        item[depth] := 0;
        if muted = 0 then
          muted := depth;
        end if;
        continue;

      when '@' then
        target := number + 1;
        value := coalesce(scalars[target], 'null');
        if muted = 0 and scalars[target] is null then
          if opened[target] is null then
            -- There is none, or it stood where nothing is written.
            return null;
          end if;
          if closed[target] is not null then
            pieces[count + 1] := separator;
            count := count + 1;
            for piece in opened[target] .. closed[target] loop
              count := count + 1;
              pieces[count] := pieces[piece];
              repeated := repeated + 1 + octet_length(pieces[piece]);
            end loop;
            if is_key or repeated > 1048576 then
              return null;
            end if;
            separator := ',';
            pending[depth] := pending[depth] - 1;
            continue;
          end if;
        end if;
        repeated := repeated + octet_length(value);

      when 'f' then
        value := encode(substr(bytes, here + 1, number::integer), 'escape');
        here := here + number::integer;
        if value in ('nan', 'inf', '-inf') then
          value := 'null';
        elsif value !~ '^-?[0-9]+(\.[0-9]+)?(e[-+]?[0-9]+)?$' then
          return null;
        end if;
        objects := objects + 1;
        scalars[objects] := value;

      when 'l' then
        -- Counted in pairs of bytes, the lowest first.
        if number not between 0 and 200 then
          return null;
        end if;
        magnitude := 0;
        for low in reverse number * 2 - 1 .. 0 loop
          magnitude := magnitude * 256 + get_byte(bytes, here + low::integer);
        end loop;
        here := here + number::integer * 2;
        value := (case when negative then - magnitude else magnitude end)::text;
        objects := objects + 1;
        scalars[objects] := value;

      when '#' then
        if number < 0 or number > size - here then
          return null;
        end if;
        if kind = 'I' then
          kinds[depth] := 'n';
          pending[depth] := number * 2;
          if muted = 0 then
            muted := depth;
          end if;
          continue;
        end if;
        if muted = depth then
          muted := 0;
        end if;
        depth := depth - 1;
        if kind = 'u' then
          here := here + number::integer;
          value := 'null';
          if kinds[depth] = 'I' then
            -- Made only after its instance variables, so these are numbered before it.
            item[depth] := -1;
          else
            objects := objects + 1;
            scalars[objects] := value;
          end if;
        else
          tag := 'a';
          children := number * 2;
        end if;

      when 'v' then
        if muted = depth then
          muted := 0;
        end if;
        depth := depth - 1;
        children := 1;

      else
        return null;
    end case;

    if children is not null then
      if children < 0 or children > (size - here) * 2 or depth > 500 then
        return null;
      end if;
      objects := objects + 1;
      if muted = 0 then
        if is_key then
          return null;
        end if;
        pieces[count + 1] := separator;
        pieces[count + 2] := case tag when '[' then '[' when 'v' then '' else '{' end;
        count := count + 2;
        separator := '';
        opened[objects] := count;
      end if;
      depth := depth + 1;
      kinds[depth] := tag;
      pending[depth] := children;
      item[depth] := objects;
    else
      if value is null or repeated > 1048576 then
        return null;
      end if;
      if muted = 0 then
        if is_key and left(value, 1) <> '"' then
          value := to_json(value)::text;
        elsif is_key and kind = 'a' then
          value := regexp_replace(value, '^"@', '"');
        end if;
        count := count + 1;
        pieces[count] := separator || value;
        separator := case when is_key then ':' else ',' end;
      end if;
      pending[depth] := pending[depth] - 1;
    end if;
  end loop;

  session := array_to_string(pieces, '')::jsonb;
  return case when here = size and jsonb_typeof(session) = 'object' then session end;
exception
  when data_exception or program_limit_exceeded then
    return null;
end;
$lastwill$;

revoke all on function lastwill.decode_ruby_marshal(text) from public;

comment on function lastwill.decode_ruby_marshal(text) is
  :'comment';
