-- Loops over one statement each, in the server, committed one by one: nothing but the statement, its
-- triggers and its commit is timed. Each gives the microseconds it took. They are the same for every
-- contestant.
create schema bench;

-- What a middleware does on every request: the expiry moves, the data does not.
create procedure bench.touch(sids text[], inout us double precision default 0)
  language plpgsql
as $$
declare
  started timestamptz := clock_timestamp();
  s text;
begin
  foreach s in array sids loop
    update public.session
    set expire = localtimestamp + interval '1 day'
    where sid = s;
    commit;
  end loop;
  us := extract(epoch from clock_timestamp() - started) * 1e6;
end $$;

-- The session's data is written.
create procedure bench.write(sids text[], docs json[], inout us double precision default 0)
  language plpgsql
as $$
declare
  started timestamptz := clock_timestamp();
begin
  for i in 1 .. cardinality(sids) loop
    update public.session
    set sess = docs[i],
        expire = localtimestamp + interval '1 day'
    where sid = sids[i];
    commit;
  end loop;
  us := extract(epoch from clock_timestamp() - started) * 1e6;
end $$;

-- connect-pg-simple's `set`: it inserts a new session and updates a known one by the same statement.
create procedure bench.upsert(sids text[], docs json[], inout us double precision default 0)
  language plpgsql
as $$
declare
  started timestamptz := clock_timestamp();
begin
  for i in 1 .. cardinality(sids) loop
    insert into public.session as kept (sess, expire, sid)
    select docs[i], localtimestamp + interval '1 day', sids[i]
    on conflict (sid) do update
    set sess = excluded.sess,
        expire = excluded.expire;
    commit;
  end loop;
  us := extract(epoch from clock_timestamp() - started) * 1e6;
end $$;

-- A logout.
create procedure bench.remove(sids text[], inout us double precision default 0)
  language plpgsql
as $$
declare
  started timestamptz := clock_timestamp();
  s text;
begin
  foreach s in array sids loop
    delete from public.session
    where sid = s;
    commit;
  end loop;
  us := extract(epoch from clock_timestamp() - started) * 1e6;
end $$;
