-- The session of a Django application as jsonb, or null when it cannot be read. Since
-- Django 3.1 the column holds what django.core.signing.dumps() makes: Base64 for URLs of
-- JSON, or, after a dot, of zlib's compression of it, then a time and a signature;
-- before, Base64 of "mac:JSON". What a PickleSerializer wrote is none of it.
--
-- The signature cannot be checked, for the key is the application's: whoever can write
-- the session table is believed, here as in the other formats.

-- A Huffman code of DEFLATE (RFC 1951, 3.2.2), from the number of bits of each symbol's
-- code. Codes are taken as if all were filled up to 15 bits, so that they stand in order:
-- limits has, by number of bits, where the longer codes begin, and width_bucket() gives a
-- code's number of bits. Its symbol, counted from 1, is then
--   symbols[starts[bits] + (code >> (15 - bits))].
create or replace function lastwill.decode_django_huffman(
  lengths integer[],
  out limits integer[],
  out starts integer[],
  out symbols integer[]
)
  language plpgsql
  immutable
  strict
  parallel safe
  set search_path = pg_catalog, pg_temp
as $lastwill$
declare
  found_symbols integer[];
  next_code integer := 0;
begin
  symbols := '{}';
  for bits in 1 .. 15 loop
    found_symbols := array_positions(lengths, bits);
    starts[bits] := cardinality(symbols) + 1 - (next_code >> (15 - bits));
    symbols := symbols || found_symbols;
    next_code := next_code + (cardinality(found_symbols) << (15 - bits));
    limits[bits] := next_code;
  end loop;
end;
$lastwill$;

revoke all on function lastwill.decode_django_huffman(integer[]) from public;

comment on function lastwill.decode_django_huffman(integer[]) is
  'The tables of a Huffman code, for decode_django_inflate.';

-- What zlib compressed (RFC 1950 and 1951), or null when it is damaged, or longer than
-- 256 KiB: no session is, but a few hundred bytes can unfold to megabytes. It may raise a
-- data_exception.
--
-- Every number but Huffman codes is written lowest bit first. So there are two copies of
-- the stream: as it is, and mirrored bit by bit, to be read from its end, where Huffman
-- codes stand as numbers.
create or replace function lastwill.decode_django_inflate(stream bytea)
  returns bytea
  language plpgsql
  immutable
  strict
  parallel safe
  set search_path = pg_catalog, pg_temp
  set standard_conforming_strings = on
as $lastwill$
declare
  -- What the symbols 257 and up mean, and those of distances: at least so much, and in
  -- how many bits follows how much more (RFC 1951, 3.2.5).
  length_least constant integer[] := array[
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99,
    115, 131, 163, 195, 227, 258
  ];
  length_more constant integer[] := array[
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0
  ];
  distance_least constant integer[] := array[
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025,
    1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577
  ];
  distance_more constant integer[] := array[
    0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12,
    12, 13, 13
  ];
  -- In which order a block says how long the codes of its code lengths are (3.2.7).
  length_order constant integer[] := array[
    17, 18, 19, 1, 9, 8, 10, 7, 11, 6, 12, 5, 13, 4, 14, 3, 15, 2, 16
  ];

  mirror bytea;
  last integer := octet_length(stream) - 1;
  -- The next bit, and the bits from there on as a number, of which the low ones count.
  place integer := 16;
  ahead integer;

  is_final boolean;
  block_kind integer;
  literal_count integer;
  distance_count integer;
  lengths integer[];
  literal_limits integer[];
  literal_starts integer[];
  literal_symbols integer[];
  distance_limits integer[];
  distance_starts integer[];
  distance_symbols integer[];

  code integer;
  bits integer;
  symbol integer;
  length integer;
  distance integer;
  piece bytea;
  -- Bytes go to the end of a short run first: to copy all of it for each would take long.
  run bytea := ''::bytea;
  plain bytea := ''::bytea;
  low bigint;
  high bigint;
begin
  -- Method 8, deflate, without a dictionary, and the check of both bytes (RFC 1950, 2.2).
  code := get_byte(stream, 0) * 256 + get_byte(stream, 1);
  if code % 31 <> 0 or (code >> 8 & 15) <> 8 or (code & 32) <> 0 then
    return null;
  end if;
  mirror := decode(
    translate(reverse(encode(stream, 'hex')), '0123456789abcdef', '084c2a6e195d3b7f'),
    'hex'
  );

  -- zlib makes a block of thousands of symbols, but blocks of none are possible too.
  for block in 1 .. 64 loop
    ahead := (get_byte(stream, place >> 3) + get_byte(stream, (place >> 3) + 1) * 256)
      >> (place & 7);
    is_final := ahead & 1 = 1;
    block_kind := ahead >> 1 & 3;
    place := place + 3;

    if block_kind = 0 then
      -- Stored as it is, from the next byte on: the length, its complement, the bytes.
      place := (place + 7) >> 3;
      length := get_byte(stream, place) + get_byte(stream, place + 1) * 256;
      if get_byte(stream, place + 2) <> 255 - length % 256
        or get_byte(stream, place + 3) <> 255 - length / 256 then
        return null;
      end if;
      plain := plain || run || substr(stream, place + 5, length);
      run := ''::bytea;
      place := (place + 4 + length) << 3;
      if octet_length(plain) > 262144 then
        return null;
      end if;
      exit when is_final;
      continue;
    end if;

    if block_kind = 1 then
      -- The fixed code (3.2.6).
      literal_count := 288;
      lengths := array_fill(8, array[144])
        || array_fill(9, array[112])
        || array_fill(7, array[24])
        || array_fill(8, array[8])
        || array_fill(5, array[30]);
    elsif block_kind = 2 then
      -- Codes of the block's own, whose lengths are written in a third code (3.2.7).
      ahead := (
        get_byte(stream, place >> 3)
        + get_byte(stream, (place >> 3) + 1) * 256
        + get_byte(stream, (place >> 3) + 2) * 65536
      ) >> (place & 7);
      literal_count := (ahead & 31) + 257;
      distance_count := (ahead >> 5 & 31) + 1;
      length := (ahead >> 10 & 15) + 4;
      place := place + 14;
      lengths := array_fill(0, array[19]);
      for index in 1 .. length loop
        ahead := (get_byte(stream, place >> 3) + get_byte(stream, (place >> 3) + 1) * 256)
          >> (place & 7);
        lengths[length_order[index]] := ahead & 7;
        place := place + 3;
      end loop;

      select huffman.limits, huffman.starts, huffman.symbols
      into literal_limits, literal_starts, literal_symbols
      from lastwill.decode_django_huffman(lengths) as huffman;

      lengths := '{}';
      while cardinality(lengths) < literal_count + distance_count loop
        code := (
          get_byte(mirror, last - (place >> 3)) * 65536
          + get_byte(mirror, last - (place >> 3) - 1) * 256
          + get_byte(mirror, last - (place >> 3) - 2)
        ) >> (9 - (place & 7)) & 32767;
        bits := 1 + width_bucket(code, literal_limits);
        symbol := literal_symbols[literal_starts[bits] + (code >> (15 - bits))] - 1;
        place := place + bits;
        ahead := (get_byte(stream, place >> 3) + get_byte(stream, (place >> 3) + 1) * 256)
          >> (place & 7);
        case symbol
          when 16 then
            lengths := lengths
              || array_fill(lengths[cardinality(lengths)], array[3 + (ahead & 3)]);
            place := place + 2;
          when 17 then
            lengths := lengths || array_fill(0, array[3 + (ahead & 7)]);
            place := place + 3;
          when 18 then
            lengths := lengths || array_fill(0, array[11 + (ahead & 127)]);
            place := place + 7;
          else
            lengths := lengths || symbol;
        end case;
      end loop;
    else
      return null;
    end if;

    select huffman.limits, huffman.starts, huffman.symbols
    into literal_limits, literal_starts, literal_symbols
    from lastwill.decode_django_huffman(lengths[:literal_count]) as huffman;

    select huffman.limits, huffman.starts, huffman.symbols
    into distance_limits, distance_starts, distance_symbols
    from lastwill.decode_django_huffman(lengths[literal_count + 1:]) as huffman;

    loop
      code := (
        get_byte(mirror, last - (place >> 3)) * 65536
        + get_byte(mirror, last - (place >> 3) - 1) * 256
        + get_byte(mirror, last - (place >> 3) - 2)
      ) >> (9 - (place & 7)) & 32767;
      bits := 1 + width_bucket(code, literal_limits);
      symbol := literal_symbols[literal_starts[bits] + (code >> (15 - bits))] - 1;
      place := place + bits;

      if symbol < 256 then
        run := run || set_byte('\x00', 0, symbol);
        continue when octet_length(run) < 512;
        plain := plain || run;
        run := ''::bytea;
        if octet_length(plain) > 262144 then
          return null;
        end if;
        continue;
      end if;
      exit when symbol = 256;

      -- So many bytes again from so far back. That may reach into what it writes itself.
      ahead := (get_byte(stream, place >> 3) + get_byte(stream, (place >> 3) + 1) * 256)
        >> (place & 7);
      bits := length_more[symbol - 256];
      length := length_least[symbol - 256] + (ahead & ((1 << bits) - 1));
      place := place + bits;

      code := (
        get_byte(mirror, last - (place >> 3)) * 65536
        + get_byte(mirror, last - (place >> 3) - 1) * 256
        + get_byte(mirror, last - (place >> 3) - 2)
      ) >> (9 - (place & 7)) & 32767;
      bits := 1 + width_bucket(code, distance_limits);
      symbol := distance_symbols[distance_starts[bits] + (code >> (15 - bits))];
      place := place + bits;

      ahead := (
        get_byte(stream, place >> 3)
        + get_byte(stream, (place >> 3) + 1) * 256
        + get_byte(stream, (place >> 3) + 2) * 65536
      ) >> (place & 7);
      bits := distance_more[symbol];
      distance := distance_least[symbol] + (ahead & ((1 << bits) - 1));
      place := place + bits;

      plain := plain || run;
      run := ''::bytea;
      if length is null
        or distance is null
        or distance > octet_length(plain)
        or octet_length(plain) + length > 262144 then
        return null;
      end if;
      piece := substr(plain, octet_length(plain) - distance + 1, length);
      while octet_length(piece) < length loop
        piece := piece || piece;
      end loop;
      plain := plain || substr(piece, 1, length);
    end loop;
    exit when is_final;
  end loop;

  -- Nothing follows but the sum (Adler-32).
  plain := plain || run;
  place := (place + 7) >> 3;
  if not is_final or place <> last - 3 then
    return null;
  end if;
  select
    (1 + coalesce(sum(get_byte(plain, index)), 0)) % 65521,
    (
      octet_length(plain)
      + coalesce(sum((octet_length(plain) - index)::bigint * get_byte(plain, index)), 0)
    ) % 65521
  into low, high
  from generate_series(0, octet_length(plain) - 1) as index;
  if get_byte(stream, place) * 256 + get_byte(stream, place + 1) <> high
    or get_byte(stream, place + 2) * 256 + get_byte(stream, place + 3) <> low then
    return null;
  end if;
  return plain;
end;
$lastwill$;

revoke all on function lastwill.decode_django_inflate(bytea) from public;

comment on function lastwill.decode_django_inflate(bytea) is
  'What zlib compressed, for decode_django; null when it is damaged or too long.';

-- It is not parallel safe: before PostgreSQL 17 a block with an exception handler is an
-- error there.
create or replace function lastwill.decode_django(document text)
  returns jsonb
  language plpgsql
  immutable
  strict
  set search_path = pg_catalog, pg_temp
as $lastwill$
declare
  parts text[];
  encoded text;
  bytes bytea;
  plain text;
  session jsonb;
begin
  -- Far more than a session holds: what a visitor can fill must not take seconds to look
  -- at.
  if octet_length(document) > 1048576 then
    return null;
  end if;

  parts := string_to_array(document, ':');
  if cardinality(parts) = 3 then
    -- Django leaves out the padding.
    encoded := translate(ltrim(parts[1], '.'), '-_', '+/');
    bytes := decode(rpad(encoded, (length(encoded) + 3) / 4 * 4, '='), 'base64');
    if left(parts[1], 1) = '.' then
      bytes := lastwill.decode_django_inflate(bytes);
    end if;
  else
    bytes := decode(document, 'base64');
    bytes := substr(bytes, position(convert_to(':', 'UTF8') in bytes) + 1);
  end if;

  plain := convert_from(bytes, 'UTF8');
  session := plain::jsonb;
  return case when jsonb_typeof(session) = 'object' then session end;
exception
  when data_exception or program_limit_exceeded then
    -- It may be JSON yet, but with what jsonb refuses.
    session := lastwill.decode_json(plain);
    return case when jsonb_typeof(session) = 'object' then session end;
end;
$lastwill$;

revoke all on function lastwill.decode_django(text) from public;

comment on function lastwill.decode_django(text) is
  :'comment';
