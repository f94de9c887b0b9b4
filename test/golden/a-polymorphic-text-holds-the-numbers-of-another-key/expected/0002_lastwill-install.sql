-- Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
-- manifest and generate again.
--
-- One transaction: all of it, or nothing.
--
-- Makes on your tables:
-- - trigger lastwill_visit_notes_tied on public.notes
-- - trigger lastwill_visit_changed on public.visits
-- - trigger lastwill_visit_deleted on public.visits
-- - trigger lastwill_visit_truncated on public.visits
--
-- Makes in schema lastwill: 9 tables, 1 sequence, 7 views, 50 functions, 3 procedures.
--
-- Hazards:
-- - stops writes to public.notes, public.visits for a moment (share row exclusive lock)
--
-- Hazards of going down:
-- - stops all use of public.notes, public.visits for a moment (access exclusive lock)
-- - drops schema lastwill, with all that is in it

-- Up Migration

set local lock_timeout = '3s';
set local statement_timeout = '2min';

-- No name below is looked up where anybody but the server's owner may have put an operator or a
-- type of his own.
select pg_catalog.set_config(
  'lastwill.search_path', pg_catalog.current_setting('search_path'), true
);
set local search_path = pg_catalog, pg_temp;

-- What pg-lastwill keeps lives in this schema, apart from the foreign keys, indexes and triggers
-- that stand on your own tables, all of them named lastwill_…; a trigger that has to fire before
-- foreign keys do is named "Lastwill_…".
create schema lastwill;

revoke all on schema lastwill from public;

comment on schema lastwill is
  'pg-lastwill: temporary rows end with their owners. Begin with the views status and owned. [lastwill 89e867155e00]';

-- Owned rows that an owner let go of, each waiting out its grace. Several owners may let go of one
-- row, and a row that is named again keeps its later entries: it ends only when its last entry is
-- due and no link to it is left.
create table lastwill.released (
  edge text not null,
  owned_key text not null,
  owner_key text not null,
  released_at timestamptz not null default now(),
  due_at timestamptz not null,
  id bigint generated always as identity,
  constraint released_pkey primary key (id)
);

-- Each has only what its own questions ask by, and not the edge. A queue's statistics are seldom
-- true: when it was empty at the last look, any index with the edge seems as good as another.
create index released_by_row on lastwill.released (owned_key);
create index released_by_owner on lastwill.released (owner_key);
create index released_by_due on lastwill.released (due_at);

revoke all on table lastwill.released from public;

comment on table lastwill.released is
  'Owned rows that an owner let go of, waiting out their grace. [lastwill fb65131141ca]';
comment on column lastwill.released.edge is 'The edge that tied the row: owner, dot, edge name.';
comment on column lastwill.released.owned_key is
  'The key of the row that waits; '''' for all that a polymorphic edge tied to that owner.';
comment on column lastwill.released.owner_key is
  'The key of the owner that let go of it; ''orphan …'' for what lingered. A secret.';
comment on column lastwill.released.released_at is 'When the owner let go of it.';
comment on column lastwill.released.due_at is
  'When the sweep looks at the row: it ends then, unless an owner names it again.';
comment on column lastwill.released.id is 'A number of its own.';

-- One row for each run of the sweep over one owner. Its figures move in the transaction of the
-- batch they count, so they never say more, or less, than the tables show.
create table lastwill.sweep_run (
  id bigint generated always as identity,
  owner text not null,
  worker integer not null default 1,
  started_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  stop_at timestamptz,
  max_rows bigint,
  due bigint,
  batches integer not null default 0,
  owners_ended bigint not null default 0,
  released_ended bigint not null default 0,
  last_error text,
  constraint sweep_run_pkey primary key (id)
);

create index sweep_run_by_owner on lastwill.sweep_run (owner, id);

revoke all on table lastwill.sweep_run from public;

comment on table lastwill.sweep_run is
  'The log of the sweep: a row for each run over one owner. [lastwill b309ce4b5dfc]';
comment on column lastwill.sweep_run.id is 'The number of the run: a later one has a higher one.';
comment on column lastwill.sweep_run.owner is 'The owner''s name in the manifest.';
comment on column lastwill.sweep_run.worker is
  'Which of the workers that share a backlog this was; 1 is the one that always runs.';
comment on column lastwill.sweep_run.started_at is 'When it began.';
comment on column lastwill.sweep_run.ended_at is
  'Null while the run goes on, and for ever when it was cut off: the next goes on from there.';
comment on column lastwill.sweep_run.stop_at is 'When its time is up: no batch begins after that.';
comment on column lastwill.sweep_run.max_rows is 'How many rows it may end; null for no limit.';
comment on column lastwill.sweep_run.due is
  'How many owner rows were due when it began: counted up to 1,000, above that an estimate.';
comment on column lastwill.sweep_run.batches is 'Transactions that had at least one row to end.';
comment on column lastwill.sweep_run.owners_ended is 'Expired owner rows that this run ended.';
comment on column lastwill.sweep_run.released_ended is
  'Released rows that this run ended, their grace being over.';
comment on column lastwill.sweep_run.last_error is
  'Why the last failed batch failed, which was tried again in parts; null if none has.';

-- What the last runs of the sweep have in hand, a row for each of their steps: the owner's expired
-- rows, and the released rows of each edge. A run takes its next batch from here, and the next run
-- learns from here how many rows make a batch.
create table lastwill.sweep_step (
  run bigint not null,
  step text not null,
  position integer not null,
  turns integer not null default 0,
  batch integer not null,
  pace double precision,
  windows bigint,
  last_window bigint,
  window_end tid,
  place tid,
  again tid[],
  done boolean not null default false,
  constraint sweep_step_pkey primary key (run, step)
);

revoke all on table lastwill.sweep_step from public;

comment on table lastwill.sweep_step is
  'What the last runs of the sweep have in hand. [lastwill ca8cd8bff84f]';
comment on column lastwill.sweep_step.run is 'The run: lastwill.sweep_run.id.';
comment on column lastwill.sweep_step.step is
  'The owner''s name for its expired rows, an edge for its released rows.';
comment on column lastwill.sweep_step.position is 'Where it stands in the order of the steps.';
comment on column lastwill.sweep_step.turns is 'Batches so far: the step with the fewest is next.';
comment on column lastwill.sweep_step.batch is 'How many rows the next batch takes at most.';
comment on column lastwill.sweep_step.pace is
  'Seconds for a row, in the last batch; null before the first.';
comment on column lastwill.sweep_step.windows is
  'In how many windows of 128 pages the table is swept; null when it goes by expiry.';
comment on column lastwill.sweep_step.last_window is
  'The last number to draw: then every window has been somebody''s.';
comment on column lastwill.sweep_step.window_end is 'Where the window in hand ends.';
comment on column lastwill.sweep_step.place is
  'How far the window in hand is swept; null when the next one is to be drawn.';
comment on column lastwill.sweep_step.again is
  'The places of rows whose batch failed, to be tried again in smaller ones; null for none.';
comment on column lastwill.sweep_step.done is
  'Whether nothing was left to do here at the last look.';

-- Owners of whose rows so many are due at once that a wrong clock or time zone is as likely as a
-- backlog. Their sweep waits until somebody has looked, and called lastwill.resume; that holds for
-- this backlog, and a day at most.
create table lastwill.hold (
  owner text not null,
  held_at timestamptz not null default now(),
  due bigint not null,
  total bigint not null,
  accepted_at timestamptz,
  constraint hold_pkey primary key (owner)
);

revoke all on table lastwill.hold from public;

comment on table lastwill.hold is
  'Owners of whose rows far too much is due at once; their sweep holds until accepted_at is set. [lastwill cb60b39df104]';
comment on column lastwill.hold.owner is 'The owner''s name in the manifest.';
comment on column lastwill.hold.held_at is 'When the sweep first held.';
comment on column lastwill.hold.due is 'How many rows were due, about.';
comment on column lastwill.hold.total is 'Of how many rows, about.';
comment on column lastwill.hold.accepted_at is
  'When somebody let it go on, for this backlog and a day at most; null until then.';

-- Rows that the sweep could not end, one by one: something else holds on to them (a foreign key
-- that restricts, a trigger that raises, a lock that stays). They wait, ever longer, and stop
-- nobody else.
create table lastwill.quarantine (
  owner text not null,
  edge text not null,
  key text not null,
  sqlstate text not null,
  message text not null,
  tries integer not null default 1,
  first_try timestamptz not null default now(),
  next_try timestamptz not null default now() + interval '1 minute',
  constraint quarantine_pkey primary key (edge, key)
);

revoke all on table lastwill.quarantine from public;

comment on table lastwill.quarantine is
  'Rows that the sweep could not end, with the reason and the next try. [lastwill 3d85dca89aba]';
comment on column lastwill.quarantine.owner is 'The owner''s name in the manifest.';
comment on column lastwill.quarantine.edge is
  'The edge of the row that cannot end, or the owner''s name when it is the owner''s own row.';
comment on column lastwill.quarantine.key is
  'The key of the row that cannot end. A secret where it is the owner''s own row.';
comment on column lastwill.quarantine.sqlstate is 'The code of the last error.';
comment on column lastwill.quarantine.message is 'The message of the last error.';
comment on column lastwill.quarantine.tries is 'How often the sweep has tried.';
comment on column lastwill.quarantine.first_try is 'When it first failed.';
comment on column lastwill.quarantine.next_try is
  'Until then the sweep passes it by: 1 minute at first, doubled with each try, a day at most.';

-- Owners whose data could not be read when it was last written. What they name is unknown: nothing
-- is tied for them and nothing is released, until their data is written in a form that can be read.
create table lastwill.undecodable (
  owner text not null,
  owner_key text not null,
  since timestamptz not null default now(),
  constraint undecodable_pkey primary key (owner, owner_key)
);

revoke all on table lastwill.undecodable from public;

comment on table lastwill.undecodable is
  'Owners whose data cannot be read; nothing is released for them. [lastwill 3f292dea4765]';
comment on column lastwill.undecodable.owner is 'The owner''s name in the manifest.';
comment on column lastwill.undecodable.owner_key is
  'The key of the owner row, as text. A session key is a secret.';
comment on column lastwill.undecodable.since is
  'When its data was first seen that could not be read.';

-- Backfills that are not finished. A row is written in the transaction that does the work it speaks
-- of, so whatever cuts a backfill off, the next call goes on from here. As long as there is one,
-- rows that are decided one by one do not end: they wait in lastwill.released.
create table lastwill.backfill (
  name text not null,
  last_key text,
  begun_at timestamptz not null default now(),
  constraint backfill_pkey primary key (name)
);

revoke all on table lastwill.backfill from public;

comment on table lastwill.backfill is
  'Backfills that were begun and are not finished, and how far each has come. [lastwill b31ee5babdb5]';
comment on column lastwill.backfill.name is
  'The procedure that was called, and is to be called again: call lastwill.<name>();';
comment on column lastwill.backfill.last_key is
  'The key up to which owners have been looked at; null at the beginning. A secret.';
comment on column lastwill.backfill.begun_at is
  'When it was called first, or was called to begin anew.';

-- Owners whose sweep is paused. A pause always has an end: one that is forgotten must not leave
-- rows behind for ever.
create table lastwill.paused (
  owner text not null,
  until timestamptz not null,
  constraint paused_pkey primary key (owner)
);

revoke all on table lastwill.paused from public;

comment on table lastwill.paused is
  'Owners whose sweep is paused, and until when. [lastwill 6e6ac9aaa0db]';
comment on column lastwill.paused.owner is 'The owner''s name in the manifest.';
comment on column lastwill.paused.until is 'The sweep passes the owner by until then.';

-- Puts one row aside, or, when it failed again, aside for twice as long.
create or replace function lastwill.quarantine_row(
  row_owner text,
  row_edge text,
  row_key text,
  error_state text,
  error_message text
)
  returns timestamptz
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $lastwill$
declare
  until timestamptz;
begin
  insert into lastwill.quarantine as kept (owner, edge, key, sqlstate, message)
  values (row_owner, row_edge, row_key, error_state, error_message)
  on conflict (edge, key) do update
  set sqlstate = excluded.sqlstate,
      message = excluded.message,
      tries = kept.tries + 1,
      next_try = now() + least(interval '1 minute' * 2 ^ least(kept.tries, 11), interval '1 day')
  returning next_try into until;

  return until;
end;
$lastwill$;

revoke all on function lastwill.quarantine_row(text, text, text, text, text) from public;

comment on function lastwill.quarantine_row(text, text, text, text, text) is
  'Puts a row aside that cannot end, and says until when. [lastwill 4244510a125d]';

-- Notes which of the given owners' data could not be read (a null among the documents), and strikes
-- out those whose data can be read again.
create or replace function lastwill.note_undecodable(
  owner_name text,
  owner_keys text[],
  documents jsonb[]
)
  returns void
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $lastwill$
begin
  if array_position(documents, null) is not null then
    insert into lastwill.undecodable (owner, owner_key)
    select owner_name, given.owner_key
    from unnest(owner_keys, documents) as given (owner_key, document)
    where given.document is null
    on conflict do nothing;
  end if;

  delete from lastwill.undecodable as noted
  using unnest(owner_keys, documents) as given (owner_key, document)
  where noted.owner = owner_name
    and noted.owner_key = given.owner_key
    and given.document is not null;
end;
$lastwill$;

revoke all on function lastwill.note_undecodable(text, text[], jsonb[]) from public;

comment on function lastwill.note_undecodable(text, text[], jsonb[]) is
  'Notes the owners whose data cannot be read. [lastwill 786375fa6364]';

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
  'JSON text as jsonb; null when it is none. Never raises an error. [lastwill 53384e3ed226]';

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
  'A key of type bigint from a JSON value; null when it is none. Never raises an error. [lastwill 1ae2daab0b01]';

-- One letter for each row that has gone of an edge with `emit`, written in the transaction that
-- ended it: whoever has work to do outside the database (a file, an object in a bucket) learns
-- of it if and only if the row is gone for good. A letter stays until a consumer has handled it.
create table lastwill.outbox (
  edge text not null,
  key text not null,
  payload jsonb not null,
  emitted_at timestamptz not null default now(),
  tries integer not null default 0,
  next_try timestamptz not null default now(),
  last_error text,
  dead_at timestamptz,
  id bigint generated always as identity,
  constraint outbox_pkey primary key (id)
);

create index outbox_by_due on lastwill.outbox (next_try, id) where dead_at is null;

revoke all on table lastwill.outbox from public;

comment on table lastwill.outbox is
  'Letters of rows that are gone, until a consumer has handled them. [lastwill f085e0655d44]';
comment on column lastwill.outbox.edge is 'The edge that owned the row: owner, dot, edge name.';
comment on column lastwill.outbox.key is 'The key of the row that is gone.';
comment on column lastwill.outbox.payload is 'Its columns that the edge declares under emit.';
comment on column lastwill.outbox.emitted_at is 'When the transaction that ended the row began.';
comment on column lastwill.outbox.tries is
  'How often a consumer has taken it and not given it back.';
comment on column lastwill.outbox.next_try is
  'When it is due: a consumer''s lease, or the wait after a failure, is over then.';
comment on column lastwill.outbox.last_error is 'Why the last failed try failed; null if none has.';
comment on column lastwill.outbox.dead_at is
  'When it was given up; null while it is not. lastwill.outbox_retry() brings it back.';
comment on column lastwill.outbox.id is 'What outbox_done and the others know it by.';

-- Wakes the consumers that wait for letters, when the transaction commits.
create or replace function lastwill.outbox_notify()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
begin
  if exists (select from added) then
    perform pg_notify('lastwill_outbox', '');
  end if;
  return null;
end;
$lastwill$;

revoke all on function lastwill.outbox_notify() from public;

comment on function lastwill.outbox_notify() is
  'Wakes the consumers of the outbox when letters come in. [lastwill 88c6195a7db6]';

-- Once for each statement: of many equal notifications in one transaction only one is sent anyway.
create or replace trigger outbox_notify
  after insert on lastwill.outbox
  referencing new table as added
  for each statement
  execute function lastwill.outbox_notify();

comment on trigger outbox_notify on lastwill.outbox is
  'Tells consumers of new letters. [lastwill 9b9dc87f35e2]';

-- Hands letters that are due to a consumer, what has waited longest first. Nobody else gets them
-- until the lease is over, and no transaction stays open meanwhile. Taking counts as a try, so a
-- letter that kills its consumer each time does not come back for ever: it is given up.
--
-- A letter goes in the company of letters tried as often as itself, and with each try in a batch
-- of a tenth: 100, 10, alone. So what kills a consumer is soon alone, and takes no other with it.
create or replace function lastwill.outbox_take(
  max_rows integer default 100,
  lease interval default '1 minute',
  max_tries integer default 10,
  edges text[] default null
)
  returns setof lastwill.outbox
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  -- Along the indexes whatever the statistics say: those of a queue are seldom true.
  set enable_seqscan = off
  set enable_sort = off
as $lastwill$
declare
  oldest bigint;
  tried integer;
begin
  loop
    select letter.id, letter.tries
    into oldest, tried
    from lastwill.outbox as letter
    where letter.dead_at is null
      and letter.next_try <= now()
      and (edges is null or letter.edge = any(edges))
    order by letter.next_try, letter.id
    limit 1
    for update skip locked;

    if oldest is null then
      return;
    end if;

    exit when (tried >= max_tries) is not true;

    update lastwill.outbox as letter
    set dead_at = now(),
        last_error = concat_ws(
          '; before that: ',
          'taken ' || tried || ' times, and the last consumer never said what came of it',
          letter.last_error
        )
    where letter.id = oldest;
  end loop;

  return query
  update lastwill.outbox as letter
  set tries = letter.tries + 1,
      next_try = now() + lease
  where letter.id = any(
    array(
      select due.id
      from lastwill.outbox as due
      where due.dead_at is null
        and due.next_try <= now()
        and (edges is null or due.edge = any(edges))
        and due.tries = tried
      order by due.next_try, due.id
      limit greatest(max_rows / 10 ^ least(tried, 9), 1)
      for update skip locked
    )
  )
  returning letter.*;
end;
$lastwill$;

revoke all on function lastwill.outbox_take(integer, interval, integer, text[]) from public;

comment on function lastwill.outbox_take(integer, interval, integer, text[]) is
  'Hands out letters that are due: nobody else gets them until the lease is over. A letter taken max_tries times before is given up instead; edges null is for all edges. [lastwill 332f0ed833ff]';

-- Strikes out letters that were handled. It does not ask whose lease it is by now: a consumer that
-- was slower than its lease has done the work all the same, and doing it again serves nobody.
-- Whoever has taken the letter since finds nothing to strike out, which is no error.
create or replace function lastwill.outbox_done(ids bigint[])
  returns void
  language sql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
  delete from lastwill.outbox as letter
  where letter.id = any(ids);
$lastwill$;

revoke all on function lastwill.outbox_done(bigint[]) from public;

comment on function lastwill.outbox_done(bigint[]) is
  'Strikes out letters that were handled. [lastwill 4507e3f11a1b]';

-- Notes that a try failed. The letter waits, or is given up when that was the last try: true then.
-- The attempt is the letter's `tries` as it was handed out. If somebody else has it by now, a late
-- failure must not cut his lease short: nothing is noted, and null comes back.
create or replace function lastwill.outbox_failed(
  letter_id bigint,
  attempt integer,
  reason text,
  retry_in interval,
  max_tries integer default 10
)
  returns boolean
  language sql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
  update lastwill.outbox as letter
  set last_error = reason,
      next_try = now() + retry_in,
      dead_at = case when letter.tries >= max_tries then now() end
  where letter.id = letter_id
    and letter.tries = attempt
    and letter.dead_at is null
  returning letter.dead_at is not null;
$lastwill$;

revoke all on function lastwill.outbox_failed(bigint, integer, text, interval, integer) from public;

comment on function lastwill.outbox_failed(bigint, integer, text, interval, integer) is
  'Notes that a letter''s try failed; true when it is dead now. attempt is its tries as handed out; null when another has it by now: nothing is noted then. [lastwill 106566702b08]';

-- Puts back letters that a consumer has taken and not begun, because it stops or their lease wears
-- thin. The try does not count, and they keep their place in the queue.
create or replace function lastwill.outbox_give_back(ids bigint[])
  returns void
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
begin
  update lastwill.outbox as letter
  set tries = letter.tries - 1,
      next_try = letter.emitted_at
  where letter.id = any(ids)
    and letter.tries > 0
    and letter.dead_at is null;

  perform pg_notify('lastwill_outbox', '');
end;
$lastwill$;

revoke all on function lastwill.outbox_give_back(bigint[]) from public;

comment on function lastwill.outbox_give_back(bigint[]) is
  'Puts back letters that were taken and not begun; the try does not count. [lastwill 98f4a919e1e4]';

-- Brings a dead letter back, or all of them, with all its tries before it. Gives how many.
create or replace function lastwill.outbox_retry(letter_id bigint default null)
  returns bigint
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
declare
  n_back bigint;
begin
  update lastwill.outbox as letter
  set tries = 0,
      next_try = now(),
      dead_at = null
  where letter.dead_at is not null
    and (letter_id is null or letter.id = letter_id);
  get diagnostics n_back = row_count;

  perform pg_notify('lastwill_outbox', '');
  return n_back;
end;
$lastwill$;

revoke all on function lastwill.outbox_retry(bigint) from public;

comment on function lastwill.outbox_retry(bigint) is
  'Brings dead letters back, or the one named: select lastwill.outbox_retry(); Gives how many. [lastwill 4f8f53fa9de1]';

-- visit.notes: whether a row survives its last owner (about_id like 'x%').
create or replace function lastwill.visit_notes_keeps(owned public.notes)
  returns boolean
  language sql
  stable
  set search_path = public, pg_temp
as $lastwill$
  select about_id like 'x%'
  from (select (owned).*) as notes;
$lastwill$;

revoke all on function lastwill.visit_notes_keeps(public.notes) from public;

comment on function lastwill.visit_notes_keeps(public.notes) is
  'visit.notes: whether a row survives its last owner (about_id like ''x%''). [lastwill 6a9a35973a0c]';

-- The last-owner check. Ends those of these rows that have no owner left, and gives the rows it
-- could decide on; the others are locked by somebody and are decided another time.
--
-- A row is locked first, and asked for in a later statement: that statement sees every tie that
-- was committed before the lock was had, and none can come while it is held. A transaction with a
-- fixed snapshot cannot see so, and decides nothing.
create or replace function lastwill.visit_notes_decide(keys uuid[])
  returns uuid[]
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  places tid[];
  decided uuid[];
  n_ended bigint;
begin
  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    return cast('{}' as uuid[]);
  end if;

  -- Links are still being made of what was named before there were triggers.
  if exists (select from lastwill.backfill) then
    return cast('{}' as uuid[]);
  end if;

  select array_agg(locked.place), coalesce(array_agg(locked.key), '{}')
  into places, decided
  from (
    select owned.ctid as place, owned.id as key
    from only public.notes as owned
    where owned.id = any(keys)
    for update skip locked
  ) as locked;

  -- Your own triggers, here and below, find what they are used to finding.
  perform set_config('search_path', 'public, pg_temp', true);
  -- cascade: the row goes, and with it what its foreign keys say.
  delete from only public.notes as owned
  where owned.ctid operator(pg_catalog.=) any (places)
    and not exists (
      select
      from public.visits as parent
      where parent.id operator(pg_catalog.=) lastwill.read_bigint(pg_catalog.to_jsonb(owned.about_id))
        and owned.about_id operator(pg_catalog.=) parent.id::text
        and owned.about operator(pg_catalog.=) 'Visit''s'
    )
    and (
      owned.about_id is null
      or owned.about operator(pg_catalog.=) any (
        array['Visit''s']::text[]
      )
    )
    and not exists (
      select
      from lastwill.released as entry
      where entry.edge operator(pg_catalog.=) any (
          array['visit.notes']::text[]
        )
        and entry.owned_key operator(pg_catalog.=) owned.id::text
        -- Reckoned so, and with the offset, it is a look-up by the row's key for each row: the planner
        -- never knows how long a queue is, and would take any other index or join for as good.
        and (entry.due_at operator(pg_catalog.+) interval '0') operator(pg_catalog.>) pg_catalog.now()
      offset 0
    )
    and lastwill.visit_notes_keeps(owned.*) is not true;
  get diagnostics n_ended = row_count;
  -- What is kept names nobody any more.
  update public.notes as owned
  set about_id = null
  where cast(owned.id as uuid) operator(pg_catalog.=) any (decided)
    and owned.about_id is not null
    and owned.about operator(pg_catalog.=) 'Visit''s'
    and lastwill.visit_notes_keeps(owned.*)
    and not exists (
      select
      from public.visits as parent
      where parent.id operator(pg_catalog.=) lastwill.read_bigint(pg_catalog.to_jsonb(owned.about_id))
        and owned.about_id operator(pg_catalog.=) parent.id::text
        and owned.about operator(pg_catalog.=) 'Visit''s'
    )
    and (
      owned.about_id is null
      or owned.about operator(pg_catalog.=) any (
        array['Visit''s']::text[]
      )
    )
    and not exists (
      select
      from lastwill.released as entry
      where entry.edge operator(pg_catalog.=) any (
          array['visit.notes']::text[]
        )
        and entry.owned_key operator(pg_catalog.=) owned.id::text
        -- Reckoned so, and with the offset, it is a look-up by the row's key for each row: the planner
        -- never knows how long a queue is, and would take any other index or join for as good.
        and (entry.due_at operator(pg_catalog.+) interval '0') operator(pg_catalog.>) pg_catalog.now()
      offset 0
    );
  perform set_config('search_path', 'pg_catalog, pg_temp', true);

  if n_ended = cardinality(decided) then
    return decided;
  end if;

  -- One that is to end and did not was kept by a trigger of yours: not done with.
  return array(
    select done.key
    from unnest(decided) as done (key)
    where not exists (
      select
      from only public.notes as owned
      where owned.id = done.key
        and not exists (
          select
          from public.visits as parent
          where parent.id operator(pg_catalog.=) lastwill.read_bigint(pg_catalog.to_jsonb(owned.about_id))
            and owned.about_id operator(pg_catalog.=) parent.id::text
            and owned.about operator(pg_catalog.=) 'Visit''s'
        )
        and (
          owned.about_id is null
          or owned.about operator(pg_catalog.=) any (
            array['Visit''s']::text[]
          )
        )
        and not exists (
          select
          from lastwill.released as entry
          where entry.edge operator(pg_catalog.=) any (
              array['visit.notes']::text[]
            )
            and entry.owned_key operator(pg_catalog.=) owned.id::text
            -- Reckoned so, and with the offset, it is a look-up by the row's key for each row: the planner
            -- never knows how long a queue is, and would take any other index or join for as good.
            and (entry.due_at operator(pg_catalog.+) interval '0') operator(pg_catalog.>) pg_catalog.now()
          offset 0
        )
        and lastwill.visit_notes_keeps(owned.*) is not true
    )
  );
end;
$lastwill$;

revoke all on function lastwill.visit_notes_decide(uuid[]) from public;

comment on function lastwill.visit_notes_decide(uuid[]) is
  'Ends those of these notes that no owner has any more; gives what it could decide. [lastwill 4bb5ccc71a5d]';

-- Ends up to max_rows released rows whose grace is over and that no owner has taken back. Gives
-- how many entries it dealt with: 0 when none is due, null when the batch failed and is to be
-- tried in halves.
create or replace function lastwill.visit_notes_sweep_batch(run bigint, max_rows integer)
  returns integer
  language plpgsql
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '200ms'
as $lastwill$
#variable_conflict use_variable
declare
  entries bigint[];
  keys uuid[];
  decided uuid[];
  n_ended bigint;
  error_state text;
  error_message text;
begin
  -- Owners who went under a fixed snapshot, which cannot see every row of theirs: an entry for each
  -- row that is there now.
  with gone as (
    delete from lastwill.released as entry
    where entry.edge = 'visit.notes'
      and entry.owned_key = ''
      and entry.due_at <= now()
    returning entry.owner_key
  )
  insert into lastwill.released (edge, owned_key, owner_key, due_at)
  select 'visit.notes', owned.id::text, gone.owner_key, now()
  from gone
  join public.notes as owned
    on owned.about = 'Visit''s'
    and owned.about_id = cast(gone.owner_key as text);

  select array_agg(due.id), array_agg(cast(due.owned_key as uuid))
  into entries, keys
  from (
    select entry.id, entry.owned_key
    from lastwill.released as entry
    where entry.edge = 'visit.notes'
      and entry.due_at <= now()
    order by entry.due_at
    limit max_rows
    for update skip locked
  ) as due;

  if entries is null then
    return 0;
  end if;

  begin
    decided := lastwill.visit_notes_decide(keys);
    -- What is deferred would raise its errors at the commit, where nobody could tell the row.
    perform set_config('search_path', 'public, pg_temp', true);
    set constraints all immediate;
    perform set_config('search_path', 'pg_catalog, pg_temp', true);
  exception
    -- Any error of one row, whoever raises it, must stop no other row.
    when others or assert_failure then
      get stacked diagnostics error_state = returned_sqlstate, error_message = message_text;
      perform lastwill.sweep_failed(run, error_state, error_message);
      if cardinality(entries) > 1 then
        return null;
      end if;

      update lastwill.released as entry
      set due_at = lastwill.quarantine_row(
        'visit', 'visit.notes', keys[1]::text, error_state, error_message
      )
      where entry.id = entries[1];
      return 1;
  end;

  -- Done with: the row has ended, or somebody has taken it back, or it was gone before. The planner
  -- asks for conditions in an order of its own, and other edges' keys may be of another type.
  delete from lastwill.released as entry
  where entry.id = any(entries)
    and (
      case when entry.edge = 'visit.notes' then cast(entry.owned_key as uuid) end in (
        select done.key
        from unnest(decided) as done (key)
      )
      or not exists (
        select
        from public.notes as owned
        where owned.id =
          case when entry.edge = 'visit.notes' then cast(entry.owned_key as uuid) end
      )
    );

  -- Locked by somebody: looked at again in a minute.
  update lastwill.released as entry
  set due_at = now() + interval '1 minute'
  where entry.id = any(entries);

  select count(*)
  into n_ended
  from unnest(decided) as done (key)
  where not exists (
    select
    from public.notes as owned
    where owned.id = done.key
  );

  delete from lastwill.quarantine as kept
  where kept.edge = 'visit.notes'
    and kept.key = any(decided::text[]);

  perform lastwill.sweep_counted(run, 0, n_ended);
  return cardinality(entries);
end;
$lastwill$;

revoke all on function lastwill.visit_notes_sweep_batch(bigint, integer) from public;

comment on function lastwill.visit_notes_sweep_batch(bigint, integer) is
  'One batch of the sweep: ends released notes whose grace is over. [lastwill b7041ff9ea80]';

-- Ends at once the rows of public.notes that belong to these owners and to no other. What cannot be
-- decided now is left to the next sweep.
create or replace function lastwill.visit_notes_end(owners bigint[])
  returns void
  language plpgsql
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '200ms'
as $lastwill$
#variable_conflict use_variable
declare
  keys uuid[];
  decided uuid[];
begin
  -- A fixed snapshot may be older than a row of theirs: the sweep looks for them.
  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    insert into lastwill.released (edge, owned_key, owner_key, due_at)
    select 'visit.notes', '', owner.key::text, now() + interval '0 seconds'
    from unnest(owners) as owner (key);

    return;
  end if;

  select array_agg(owned.id)
  into keys
  from public.notes as owned
  where owned.about = 'Visit''s'
    and owned.about_id = any(owners::text[]);

  if keys is null then
    return;
  end if;

  begin
    decided := lastwill.visit_notes_decide(keys);
  exception
    -- Whatever holds on to one of these rows (a foreign key, a trigger of yours) must not keep an
    -- owner from ending. The sweep finds out which row it is.
    when others or assert_failure then
      decided := '{}';
  end;

  insert into lastwill.released (edge, owned_key, owner_key, due_at)
  select 'visit.notes', owned.id::text, owned.about_id::text, now()
  from public.notes as owned
  where owned.id = any(keys)
    and (
      owned.id in (
        select done.key
        from unnest(decided) as done (key)
      )
    ) is not true;
end;
$lastwill$;

revoke all on function lastwill.visit_notes_end(bigint[]) from public;

comment on function lastwill.visit_notes_end(bigint[]) is
  'Ends at once the notes that belong to these owners and to no other. [lastwill 722cf25cae5a]';

-- Releases the rows of public.notes that belong to these owners. They keep the key of the owner who
-- is gone, so that they are his again if he comes back.
create or replace function lastwill.visit_notes_release(owners bigint[])
  returns void
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
begin
  -- A fixed snapshot may be older than a row of theirs: the sweep looks for them.
  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    insert into lastwill.released (edge, owned_key, owner_key, due_at)
    select 'visit.notes', '', owner.key::text, now() + interval '0 seconds'
    from unnest(owners) as owner (key);

    return;
  end if;

  insert into lastwill.released (edge, owned_key, owner_key, due_at)
  select 'visit.notes', owned.id::text, owned.about_id::text, now() + interval '0 seconds'
  from public.notes as owned
  where owned.about = 'Visit''s'
    and owned.about_id = any(owners::text[]);
end;
$lastwill$;

revoke all on function lastwill.visit_notes_release(bigint[]) from public;

comment on function lastwill.visit_notes_release(bigint[]) is
  'Releases the notes of these owners, for a grace of 0 seconds. [lastwill 10ba26c6a4b8]';

-- Does for rows of public.notes what a foreign key would, if there could be one: the row of
-- public.visits that one belongs to cannot go unseen while it is just being written.
create or replace function lastwill.visit_notes_tied()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '700ms'
as $lastwill$
#variable_conflict use_variable
declare
  grace interval := interval '0 seconds';
  taken_back bigint[];
begin
  -- One that was never there is nobody's end: such a row is left alone (see lastwill.orphan).
  if not exists (
    select
    from public.visits as parent
    where parent.id = lastwill.read_bigint(pg_catalog.to_jsonb(new.about_id))
  ) then
    return null;
  end if;

  -- A new row was never let go of.
  if tg_op = 'UPDATE' then
    -- Taken back. What a sweep is just looking at is skipped: it will see the tie. One that is left
    -- over, here or under a fixed snapshot, does no harm while the tie is there.
    begin
      select array_agg(waiting.id)
      into taken_back
      from (
        select entry.id
        from lastwill.released as entry
        where entry.edge = any(array['visit.notes']::text[])
          and entry.owned_key = new.id::text
        for update skip locked
      ) as waiting;

      if taken_back is not null then
        delete from lastwill.released as entry
        where entry.id = any(taken_back);
      end if;
    exception
      when serialization_failure then
        null;
    end;
  end if;

  perform
  from public.visits as parent
  where parent.id = lastwill.read_bigint(pg_catalog.to_jsonb(new.about_id))
  for key share skip locked;

  if found then
    return null;
  end if;

  -- Somebody is just deleting it, or has it for himself: we wait for him, as a foreign key would.
  -- Where that takes long, the sweep is to see whether it went: later, so that it is over by then.
  begin
    perform
    from public.visits as parent
    where parent.id = lastwill.read_bigint(pg_catalog.to_jsonb(new.about_id))
    for key share;

    if found then
      return null;
    end if;
  exception
    when lock_not_available or serialization_failure or deadlock_detected then
      grace := greatest(grace, interval '10 minutes');
  end;

  -- Whoever ended it could not see this row.
  insert into lastwill.released (edge, owned_key, owner_key, due_at)
  values ('visit.notes', new.id::text, new.about_id::text, now() + grace);

  return null;
end;
$lastwill$;

revoke all on function lastwill.visit_notes_tied() from public;

comment on function lastwill.visit_notes_tied() is
  'Keeps the owner of new notes from going unseen, as a foreign key would. [lastwill 3363da2957b3]';

-- Takes all locks on tables in use at once, or none. Behind a lock that is waited for everybody
-- else waits too: so each is waited for only a moment, and if one cannot be had all are let go of,
-- and tried again. What follows needs no other lock that anybody could be waiting behind.
do $lastwill$
declare
  give_up_at constant timestamptz := clock_timestamp() + interval '30 seconds';
begin
  loop
    begin
      set local lock_timeout = '200ms';
      lock table public.notes in share row exclusive mode;
      lock table public.visits in share row exclusive mode;
      exit;
    exception
      when lock_not_available then
        if clock_timestamp() > give_up_at then
          raise exception 'lastwill: nothing was changed, for others hold locks on %',
            'public.notes, public.visits'
            using
              errcode = 'lock_not_available',
              hint =
                'Run it again when no long transaction uses them: see pg_stat_activity.';
        end if;
    end;

    perform pg_sleep(0.3);
  end loop;

  set local lock_timeout = '3s';
end;
$lastwill$;

-- Only for rows of this type: those of others are no affair of ours.
create or replace trigger lastwill_visit_notes_tied
  after insert or update of about_id, about on public.notes
  for each row
  when (new.about = 'Visit''s' and new.about_id is not null)
  execute function lastwill.visit_notes_tied();

comment on trigger lastwill_visit_notes_tied on public.notes is
  'Keeps the owner of new notes from going unseen, as a foreign key would. [lastwill 1e4d0603c633]';

-- A row of public.visits that was given another key: what belongs to it follows, where no foreign
-- key makes it.
create or replace function lastwill.visit_changed()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
begin
  -- Your own triggers find what they are used to finding.
  perform set_config('search_path', 'public, pg_temp', true);
  update public.notes as owned
  set about_id = new.id::text
  where owned.about operator(pg_catalog.=) 'Visit''s'
    and owned.about_id operator(pg_catalog.=) old.id::text;
  perform set_config('search_path', 'pg_catalog, pg_temp', true);

  return null;
end;
$lastwill$;

revoke all on function lastwill.visit_changed() from public;

comment on function lastwill.visit_changed() is
  'Has what belongs to a row of visits follow it to another key. [lastwill eace9c61a0c4]';

-- Only when a column that names rows is written, and something in it that names rows has changed: a
-- touch of the session's expiry never gets here. PostgreSQL reads the condition anew for every
-- statement, so it is as short as it can be.
create or replace trigger lastwill_visit_changed
  after update of id on public.visits
  for each row
  when (
    old.id is distinct from new.id
  )
  execute function lastwill.visit_changed();

comment on trigger lastwill_visit_changed on public.visits is
  'Has what belongs to a row of visits follow it to another key. [lastwill e5dc42e046fd]';

-- Rows of public.visits that are gone, whoever deleted them, one or a million.
create or replace function lastwill.visit_deleted()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set plan_cache_mode = force_generic_plan
as $lastwill$
#variable_conflict use_variable
declare
  expired bigint[];
  left_early bigint[];
  back bigint[];
begin
  select
    array_agg(gone.id) filter (
      where gone.ends_at <= now()
    ),
    array_agg(gone.id) filter (
      where (gone.ends_at <= now()) is not true
    )
  into
    expired,
    left_early
  from gone;

  if expired is null and left_early is null then
    return null;
  end if;

  -- Deleted and inserted again by one statement: such a row is not gone. That takes a transaction
  -- which has written to the table, or to one that inherits from it, and PostgreSQL counts its
  -- writes: a look for each of thousands of rows, as the sweep deletes them, is saved.
  if pg_stat_get_xact_tuples_inserted(tg_relid) > 0
    or pg_stat_get_xact_tuples_updated(tg_relid) > 0
    or not current_setting('track_counts')::boolean
    or (select parent.relhassubclass from pg_class as parent where parent.oid = tg_relid)
  then
    select array_agg(standing.id)
    into back
    from public.visits as standing
    where standing.id = any(expired || left_early);
  end if;

  if back is not null then
    expired := array(
      select ended.key
      from unnest(expired) as ended (key)
      where ended.key <> all(back)
    );
    left_early := array(
      select ended.key
      from unnest(left_early) as ended (key)
      where ended.key <> all(back)
    );
  end if;

  -- What an expired owner alone named ends with it.
  perform lastwill.visit_notes_end(expired || left_early);

  return null;
end;
$lastwill$;

revoke all on function lastwill.visit_deleted() from public;

comment on function lastwill.visit_deleted() is
  'Lets go of what deleted rows of visits had. [lastwill 6d10c6c3467b]';

-- Once for each statement, with all its rows: a sweep of thousands costs one call.
create or replace trigger lastwill_visit_deleted
  after delete on public.visits
  referencing old table as gone
  for each statement
  execute function lastwill.visit_deleted();

comment on trigger lastwill_visit_deleted on public.visits is
  'Lets go of what deleted rows of visits had. [lastwill 769fc37dbedd]';

-- public.visits was emptied by TRUNCATE, which shows a trigger no rows: the links tell what
-- they named.
create or replace function lastwill.visit_truncated()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set plan_cache_mode = force_generic_plan
as $lastwill$
#variable_conflict use_variable
begin
  perform lastwill.visit_notes_end(
    array(
      select distinct lastwill.read_bigint(pg_catalog.to_jsonb(owned.about_id))
      from public.notes as owned
      where owned.about = 'Visit''s'
        and lastwill.read_bigint(pg_catalog.to_jsonb(owned.about_id)) is not null
    )
  );

  return null;
end;
$lastwill$;

revoke all on function lastwill.visit_truncated() from public;

comment on function lastwill.visit_truncated() is
  'Lets go of what visits had before a TRUNCATE. [lastwill 1c1bf94e4ba0]';

-- The other triggers see nothing of a TRUNCATE.
create or replace trigger lastwill_visit_truncated
  after truncate on public.visits
  for each statement
  execute function lastwill.visit_truncated();

comment on trigger lastwill_visit_truncated on public.visits is
  'Lets go of what visits had before a TRUNCATE. [lastwill 427fb28fd239]';

-- Ties what belongs to one row of public.visits to another, whether the first is still there or its rows
-- are waiting out their grace: for an application that has given a session a new key. What the
-- session itself names needs no call: it follows by itself when the new session is written.
-- Gives how many rows were adopted.
create or replace function lastwill.adopt_visit(old_key bigint, new_key bigint)
  returns bigint
  language plpgsql
  strict
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  adopted bigint := 0;
  n_rows bigint;
begin
  -- Held until we commit: who adopts must not end before he has.
  perform
  from public.visits as owner
  where owner.id = new_key
  for key share;

  if not found then
    raise exception using
      errcode = 'LW002',
      message = 'there is no row of visits with the new key',
      hint = 'Write the new row first, then adopt.';
  end if;

  if old_key = new_key then
    return 0;
  end if;

  -- Your own triggers find what they are used to finding.
  perform set_config('search_path', 'public, pg_temp', true);

  -- visit.notes
  update public.notes as owned
  set about_id = new_key::text
  where owned.about operator(pg_catalog.=) 'Visit''s'
    and owned.about_id operator(pg_catalog.=) old_key::text;

  get diagnostics n_rows = row_count;
  adopted := adopted + n_rows;

  -- What was waiting has an owner again.
  delete from lastwill.released as entry
  where entry.edge operator(pg_catalog.=) any (array['visit.notes']::text[])
    and entry.owner_key operator(pg_catalog.=) old_key::text;

  return adopted;
end;
$lastwill$;

revoke all on function lastwill.adopt_visit(bigint, bigint) from public;

comment on function lastwill.adopt_visit(bigint, bigint) is
  'Ties what belongs to one row of visits to another; gives how many rows. Rows that wait out their grace too. The error LW002 if there is no row new_key. [lastwill 6c0334d57c32]';

-- How much of public.visits is due: counted up to 1,000 rows, and beyond that from a sample of a
-- thousand pages, so that looking costs the same however large the table is. And whether an index
-- finds what is due. What is in quarantine is not counted: it waits for something else.
create or replace function lastwill.visit_backlog(
  out due bigint,
  out total bigint,
  out pages bigint,
  out indexed boolean
)
  language plpgsql
  stable
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  page_share real;
begin
  pages := pg_relation_size('public.visits') / current_setting('block_size')::integer;

  select coalesce(bool_and(leads.found), true)
  into indexed
  from unnest(array['ends_at']::text[]) as rule (column_name)
  cross join lateral (
    select count(*) > 0 as found
    from pg_index as index
    join pg_attribute as attribute
      on attribute.attrelid = index.indrelid
      and attribute.attnum = index.indkey[0]
    where index.indrelid = to_regclass('public.visits')
      and index.indisvalid
      and index.indpred is null
      and attribute.attname = rule.column_name
  ) as leads;

  select count(*)
  into due
  from (
    select
    from only public.visits as owner
    where owner.ends_at <= now()
      and owner.id::text not in (
        select kept.key
        from lastwill.quarantine as kept
        where kept.edge = 'visit'
          and kept.next_try > now()
      )
    limit 1000
  ) as counted;

  if due < 1000 then
    return;
  end if;

  page_share := least(1000.0 / pages, 1);

  -- The same pages each time, so that two workers come to the same conclusion.
  select
    round(
      count(*) filter (
        where owner.ends_at <= now()
          and owner.id::text not in (
            select kept.key
            from lastwill.quarantine as kept
            where kept.edge = 'visit'
              and kept.next_try > now()
          )
      ) / page_share
    ),
    round(count(*) / page_share)
  into due, total
  from only public.visits as owner
  tablesample system (page_share * 100) repeatable (0);
end;
$lastwill$;

revoke all on function lastwill.visit_backlog() from public;

comment on function lastwill.visit_backlog() is
  'How many rows of visits are due, and of how many. [lastwill 516491fd216b]';

-- Numbers the windows of 128 pages of public.visits that the workers of a sweep take: who draws a
-- number has that window to himself, and nobody waits for anybody.
create sequence lastwill.visit_window cache 1;

revoke all on sequence lastwill.visit_window from public;

comment on sequence lastwill.visit_window is
  'Numbers the windows of visits that the workers of a sweep take. [lastwill 2dfbe5a23a5a]';

-- Locks up to max_rows rows of public.visits that could not end together, and gives their places and
-- keys.
create or replace function lastwill.visit_due_again(
  run bigint,
  max_rows integer,
  out places tid[],
  out keys text[]
)
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  all_places tid[];
begin
  select in_hand.again
  into all_places
  from lastwill.sweep_step as in_hand
  where in_hand.run = visit_due_again.run
    and in_hand.step = 'visit';

  -- What is no longer due, or in another place by now, is somebody else's affair.
  while places is null and all_places <> '{}' loop
    select array_agg(due.place), array_agg(due.key)
    into places, keys
    from (
      select owner.ctid as place, owner.id::text as key
      from only public.visits as owner
      where owner.ctid = any(all_places[:max_rows])
        and owner.ends_at <= now()
        and owner.id::text not in (
          select kept.key
          from lastwill.quarantine as kept
          where kept.edge = 'visit'
            and kept.next_try > now()
        )
      for update skip locked
    ) as due;

    all_places := all_places[max_rows + 1:];

    update lastwill.sweep_step as in_hand
    set again = nullif(all_places, '{}')
    where in_hand.run = visit_due_again.run
      and in_hand.step = 'visit';
  end loop;
end;
$lastwill$;

revoke all on function lastwill.visit_due_again(bigint, integer) from public;

comment on function lastwill.visit_due_again(bigint, integer) is
  'Locks expired rows of visits whose batch failed. [lastwill 102e5617ac36]';

-- Locks up to max_rows expired rows of public.visits, page by page, in windows that no other worker
-- has, and gives their places and keys. Nothing more when every window has been somebody's.
-- Where they are few and far between it looks no longer than what it has locked may wait.
--
-- Whatever the statistics say, an index on the expiry must not be asked for each window anew.
create or replace function lastwill.visit_due_in_heap(
  run bigint,
  max_rows integer,
  out places tid[],
  out keys text[]
)
  language plpgsql
  set search_path = pg_catalog, pg_temp
  set enable_indexscan = off
as $lastwill$
#variable_conflict use_variable
declare
  window_pages constant bigint := 128;
  n_windows bigint;
  number bigint;
  last_number bigint;
  from_place tid;
  to_place tid;
  found_places tid[];
  found_keys text[];
begin
  select in_hand.windows, in_hand.last_window, in_hand.place, in_hand.window_end
  into n_windows, last_number, from_place, to_place
  from lastwill.sweep_step as in_hand
  where in_hand.run = visit_due_in_heap.run
    and in_hand.step = 'visit';

  if n_windows is null then
    return;
  end if;

  loop
    if from_place is null then
      number := nextval('lastwill.visit_window');
      last_number := coalesce(last_number, number + n_windows - 1);

      if number > last_number then
        n_windows := null;
        exit;
      end if;

      -- No row has the number 0 on its page.
      from_place := format('(%s,0)', number % n_windows * window_pages)::tid;
      to_place := format('(%s,0)', (number % n_windows + 1) * window_pages)::tid;
    end if;

    select array_agg(due.place), array_agg(due.key)
    into found_places, found_keys
    from (
      select owner.ctid as place, owner.id::text as key
      from only public.visits as owner
      where owner.ctid > from_place
        and owner.ctid < to_place
        and owner.ends_at <= now()
        and owner.id::text not in (
          select kept.key
          from lastwill.quarantine as kept
          where kept.edge = 'visit'
            and kept.next_try > now()
        )
      limit max_rows - coalesce(cardinality(places), 0)
      for update skip locked
    ) as due;

    places := places || found_places;
    keys := keys || found_keys;

    if cardinality(places) >= max_rows then
      from_place := (
        select max(found.place)
        from unnest(found_places) as found (place)
      );
      exit;
    end if;

    from_place := null;
    exit when places is not null and clock_timestamp() > now() + interval '0.2 s';
  end loop;

  update lastwill.sweep_step as in_hand
  set windows = n_windows,
      last_window = last_number,
      place = from_place,
      window_end = to_place
  where in_hand.run = visit_due_in_heap.run
    and in_hand.step = 'visit';
end;
$lastwill$;

revoke all on function lastwill.visit_due_in_heap(bigint, integer) from public;

comment on function lastwill.visit_due_in_heap(bigint, integer) is
  'Locks expired rows of visits, page by page. [lastwill d6b748a583c3]';

-- Locks up to max_rows expired rows of public.visits, the oldest first, and gives their places and
-- keys. One that was renewed before we had its lock is seen renewed and left alone; one that
-- somebody is writing to is skipped. While we hold its lock a row stays in its place. A table that
-- inherits from this one has places of its own.
create or replace function lastwill.visit_due_by_expiry(
  max_rows integer,
  out places tid[],
  out keys text[]
)
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
begin
  select array_agg(due.place), array_agg(due.key)
  into places, keys
  from (
    select owner.ctid as place, owner.id::text as key
    from only public.visits as owner
    where owner.ends_at <= now()
      and owner.id::text not in (
        select kept.key
        from lastwill.quarantine as kept
        where kept.edge = 'visit'
          and kept.next_try > now()
      )
    order by owner.ends_at
    limit max_rows
    for update skip locked
  ) as due;
end;
$lastwill$;

revoke all on function lastwill.visit_due_by_expiry(integer) from public;

comment on function lastwill.visit_due_by_expiry(integer) is
  'Locks expired rows of visits, the oldest first. [lastwill 7fa483ef4339]';

-- Deletes rows of public.visits that the sweep has locked, and with each of them what it owns goes: by
-- foreign key, or through the trigger on public.visits, as if anybody else had deleted it. Where one
-- cannot be deleted they are tried in eighths, until it is alone: it goes into quarantine. False
-- when somebody held a lock.
create or replace function lastwill.visit_end_rows(run bigint, places tid[], keys text[])
  returns boolean
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  part constant integer := (cardinality(places) + 7) / 8;
  -- Later than this nobody who waits for a row of ours should still have to.
  too_late constant boolean := clock_timestamp() > now() + interval '0.7 s';
  all_had boolean := true;
  n_ended bigint := 0;
  error_state text;
  error_message text;
begin
  if not too_late then
    begin
      -- Your own triggers, here and below, find what they are used to finding.
      perform set_config('search_path', 'public, pg_temp', true);
      delete from only public.visits as owner
      where owner.ctid operator(pg_catalog.=) any (places);

      get diagnostics n_ended = row_count;
      -- What is deferred would raise its errors at the commit, where nobody could tell the row.
      set constraints all immediate;
      perform set_config('search_path', 'pg_catalog, pg_temp', true);
    exception
      -- Any error of one row, whoever raises it, must stop no other row.
      when others or assert_failure then
        get stacked diagnostics error_state = returned_sqlstate, error_message = message_text;
        perform lastwill.sweep_failed(run, error_state, error_message);
    end;
  end if;

  case
    when error_state is null and not too_late then
      if n_ended < cardinality(places) then
        -- A trigger of yours, or row security, can keep a row without an error.
        perform lastwill.quarantine_row(
          'visit', 'visit', owner.id::text, '02000', 'delete left the row where it was'
        )
        from only public.visits as owner
        where owner.ctid = any(places);
      end if;

      delete from lastwill.quarantine as kept
      where kept.edge = 'visit'
        and kept.key = any(keys)
        and kept.next_try <= now();
      perform lastwill.sweep_counted(run, n_ended, 0);
    when error_state is not null and cardinality(places) = 1 then
      perform lastwill.quarantine_row(
        'visit', 'visit', keys[1], error_state, error_message
      );
    when too_late or error_state in ('55P03', '40P01') then
      update lastwill.sweep_step as in_hand
      set again = in_hand.again || places
      where in_hand.run = visit_end_rows.run
        and in_hand.step = 'visit';
      return too_late;
    else
      for start in 1 .. cardinality(places) by part loop
        all_had := lastwill.visit_end_rows(
          run, places[start:start + part - 1], keys[start:start + part - 1]
        ) and all_had;
      end loop;
  end case;

  return all_had;
end;
$lastwill$;

revoke all on function lastwill.visit_end_rows(bigint, tid[], text[]) from public;

comment on function lastwill.visit_end_rows(bigint, tid[], text[]) is
  'Deletes expired rows of visits that the sweep has locked. [lastwill 0ab21fc32be5]';

-- Ends up to max_rows expired rows of public.visits, and with each of them what it owns. Gives how
-- many rows it dealt with: 0 when none is due, null when some could not be had and are to be tried
-- again in a smaller batch.
--
-- Foreign keys plan their own statements, once in a connection: an index is the shortest way to
-- the few rows of one owner, a bitmap a detour.
create or replace function lastwill.visit_sweep_batch(run bigint, max_rows integer)
  returns integer
  language plpgsql
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '200ms'
  set enable_bitmapscan = off
  set plan_cache_mode = force_generic_plan
as $lastwill$
#variable_conflict use_variable
declare
  -- One row that cannot end takes no more than so many others back with it.
  part constant integer := 1000;
  places tid[];
  keys text[];
  all_had boolean := true;
begin
  select due.places, due.keys
  into places, keys
  from lastwill.visit_due_again(run, max_rows) as due;

  if places is null then
    select due.places, due.keys
    into places, keys
    from lastwill.visit_due_in_heap(run, max_rows) as due;
  end if;

  if places is null then
    select due.places, due.keys
    into places, keys
    from lastwill.visit_due_by_expiry(max_rows) as due;
  end if;

  if places is null then
    return 0;
  end if;

  for start in 1 .. cardinality(places) by part loop
    all_had := lastwill.visit_end_rows(
      run, places[start:start + part - 1], keys[start:start + part - 1]
    ) and all_had;
  end loop;

  return case when all_had then cardinality(places) end;
end;
$lastwill$;

revoke all on function lastwill.visit_sweep_batch(bigint, integer) from public;

comment on function lastwill.visit_sweep_batch(bigint, integer) is
  'One batch of the sweep: ends expired rows of visits. [lastwill afcfc3d7e326]';

-- The pg_cron job that sweeps an owner, in words. pg_cron may be missing, or come and go, so its
-- table is asked only when it is there.
create or replace function lastwill.sweep_job(owner text)
  returns text
  language plpgsql
  stable
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
declare
  job text;
begin
  if not exists (select from pg_extension where extname = 'pg_cron') then
    return 'none: pg_cron is not in this database';
  end if;

  if not has_schema_privilege('cron', 'usage') then
    return format('unknown: role %s may not use schema cron', current_user);
  end if;

  execute $sql$
    select string_agg(
      format(
        '%s: %s%s',
        job.jobname,
        job.schedule,
        case when job.active then '' else ' (inactive)' end
      ),
      ', '
      order by job.jobname
    )
    from cron.job
    where job.database = current_database()
      and (
        job.command ~ '^call lastwill\.sweep\((worker => \d+)?\)$'
        or starts_with(job.command, format('call lastwill.sweep(%L', $1))
      )
  $sql$
  into job
  using sweep_job.owner;

  return coalesce(job, 'none: no pg_cron job calls lastwill.sweep()');
end;
$lastwill$;

revoke all on function lastwill.sweep_job(text) from public;

comment on function lastwill.sweep_job(text) is
  'The pg_cron job that sweeps an owner, or why there is none. [lastwill a6e9964d2319]';

-- Deletes what pg_cron noted of our own jobs, which it never does itself. pg_cron may be missing,
-- or come and go, so its table is asked only when it is there.
create or replace function lastwill.trim_cron_log(before timestamptz)
  returns void
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $lastwill$
begin
  if not exists (select from pg_extension where extname = 'pg_cron')
    or not has_schema_privilege('cron', 'usage')
    or not has_table_privilege('cron.job_run_details', 'select, delete')
  then
    return;
  end if;

  -- One that could not connect has no time of its own, but its place in the order.
  execute format(
    $sql$
      delete from %1$s as old
      where old.database = current_database()
        and starts_with(old.command, 'call lastwill.sweep(')
        and old.runid <= (
          select max(past.runid)
          from %1$s as past
          where past.end_time < $1
        )
        and coalesce(old.end_time < $1, old.status = 'failed')
    $sql$,
    'cron.job_run_details'
  )
  using trim_cron_log.before;
end;
$lastwill$;

revoke all on function lastwill.trim_cron_log(timestamptz) from public;

comment on function lastwill.trim_cron_log(timestamptz) is
  'Deletes what pg_cron noted of the sweep''s jobs before that moment. [lastwill 75a10c579e5b]';

-- What the manifest says of each owner's sweep, and the steps that it takes.
create view lastwill.sweep_setting as
select
  setting.owner,
  setting.steps,
  setting.budget,
  setting.workers,
  setting.hold_over,
  setting.log_days
from (
  values
    (
      'visit',
      array['visit', 'visit.notes']::text[],
      interval '20 seconds',
      1,
      0.5,
      30
    )
) as setting (owner, steps, budget, workers, hold_over, log_days);

revoke all on table lastwill.sweep_setting from public;

comment on view lastwill.sweep_setting is
  'How each owner is swept, as the manifest says. [lastwill ae2ac07cd813]';
comment on column lastwill.sweep_setting.owner is 'The owner''s name in the manifest.';
comment on column lastwill.sweep_setting.steps is
  'What a run works at in turns: the owner''s expired rows, the released rows of each edge.';
comment on column lastwill.sweep_setting.budget is 'How long a run may take.';
comment on column lastwill.sweep_setting.workers is
  'How many sweep at once when there is a backlog.';
comment on column lastwill.sweep_setting.hold_over is
  'The sweep holds when a larger share of the rows (0 to 1) than this is due at once.';
comment on column lastwill.sweep_setting.log_days is 'For how many days a run stays in the log.';

-- Raises a clear error for a name that is no owner's.
create or replace function lastwill.known_owner(owner text)
  returns void
  language plpgsql
  stable
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
begin
  if exists (
    select
    from lastwill.sweep_setting as setting
    where setting.owner = known_owner.owner
  ) then
    return;
  end if;

  raise exception using
    errcode = 'LW001',
    message = format('there is no owner %s', coalesce(quote_ident(known_owner.owner), 'null')),
    hint = (
      select format('The owners are: %s.', string_agg(setting.owner, ', '))
      from lastwill.sweep_setting as setting
    );
end;
$lastwill$;

revoke all on function lastwill.known_owner(text) from public;

comment on function lastwill.known_owner(text) is
  'Raises the error LW001 for a name that is no owner''s. [lastwill 8ca51922344c]';

-- How much of one owner is due.
create or replace function lastwill.sweep_backlog(
  owner text,
  out due bigint,
  out total bigint,
  out pages bigint,
  out indexed boolean
)
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $lastwill$
begin
  case owner
    when 'visit' then
      select backlog.due, backlog.total, backlog.pages, backlog.indexed
      into due, total, pages, indexed
      from lastwill.visit_backlog() as backlog;
  end case;
end;
$lastwill$;

revoke all on function lastwill.sweep_backlog(text) from public;

comment on function lastwill.sweep_backlog(text) is
  'How much of an owner is due. [lastwill 1da88d390622]';

-- Whether the sweep holds, since a larger share is due at once than the manifest allows: a wrong
-- clock or a wrong time zone must not empty a table. To accept it for a limited number of rows, to
-- see what happens, is not yet to accept the rest.
create or replace function lastwill.sweep_holds(
  owner text,
  n_due bigint,
  n_total bigint,
  accept boolean,
  in_part boolean
)
  returns boolean
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  accepted timestamptz;
begin
  if n_due < 1000 or not exists (
    select
    from lastwill.sweep_setting as setting
    where setting.owner = sweep_holds.owner
      and n_due > setting.hold_over * n_total
  ) then
    -- What was accepted was this backlog, and not the next.
    delete from lastwill.hold as past
    where past.owner = sweep_holds.owner;
    return false;
  end if;

  insert into lastwill.hold as held (owner, due, total, accepted_at)
  values (owner, n_due, n_total, case when accept and not in_part then now() end)
  on conflict on constraint hold_pkey do update
  set due = excluded.due,
      total = excluded.total,
      accepted_at = coalesce(excluded.accepted_at, held.accepted_at)
  returning held.accepted_at into accepted;

  -- Nobody who looked yesterday has seen what is due today.
  if accepted > now() - interval '1 day' or accept then
    return false;
  end if;

  raise warning 'lastwill: the sweep of "%" holds: about % of % rows are due at once',
    owner, n_due, n_total
    using hint = format(
      'Is the clock right, and the time zone of its expiry? If so: select lastwill.resume(%L);',
      owner
    );
  return true;
end;
$lastwill$;

revoke all on function lastwill.sweep_holds(text, bigint, bigint, boolean, boolean) from public;

comment on function lastwill.sweep_holds(text, bigint, bigint, boolean, boolean) is
  'Whether too large a share is due for a sweep to go on unasked. [lastwill e9f3abde1d0e]';

-- Lays out the steps of a run. How many rows make a batch they take over from the last run, but
-- begin with few: rows that own more than those before them are soon found out.
create or replace function lastwill.sweep_steps(run bigint, heap_pages bigint)
  returns void
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  swept text;
begin
  select begun.owner
  into swept
  from lastwill.sweep_run as begun
  where begun.id = run;

  insert into lastwill.sweep_step (run, step, position, batch, windows)
  select
    run,
    step.name,
    step.position,
    least(coalesce(former.batch, 250), 250),
    case when step.position = 1 then (heap_pages + 127) / 128 end
  from lastwill.sweep_setting as setting
  cross join lateral unnest(setting.steps) with ordinality as step (name, position)
  left join lateral (
    select earlier.batch
    from lastwill.sweep_step as earlier
    where earlier.step = step.name
    order by earlier.run desc
    limit 1
  ) as former on true
  where setting.owner = swept;

  delete from lastwill.sweep_step as old
  using lastwill.sweep_run as past
  where past.id = old.run
    and past.owner = swept
    and past.id <> run
    and (past.ended_at is not null or past.started_at < now() - interval '1 day');
end;
$lastwill$;

revoke all on function lastwill.sweep_steps(bigint, bigint) from public;

comment on function lastwill.sweep_steps(bigint, bigint) is
  'Lays out the steps of a run. [lastwill 742a477f1049]';

-- Opens a run over one owner. Gives its number; null when this worker is not to sweep now, which
-- it says.
create or replace function lastwill.sweep_begin(
  owner text,
  worker integer default 1,
  accept boolean default false,
  max_rows bigint default null
)
  returns bigint
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '200ms'
as $lastwill$
#variable_conflict use_variable
declare
  run bigint;
  paused_until timestamptz;
  n_due bigint;
  n_total bigint;
  n_pages bigint;
  indexed boolean;
  in_heap boolean;
begin
  perform lastwill.known_owner(owner);

  select pause.until
  into paused_until
  from lastwill.paused as pause
  where pause.owner = sweep_begin.owner
    and pause.until > now();

  if found then
    raise notice 'lastwill: the sweep of "%" is paused until %', owner, paused_until
      using hint = format('To end the pause: select lastwill.resume(%L);', owner);
    return null;
  end if;

  select backlog.due, backlog.total, backlog.pages, backlog.indexed
  into n_due, n_total, n_pages, indexed
  from lastwill.sweep_backlog(owner) as backlog;

  if lastwill.sweep_holds(owner, n_due, n_total, accept, max_rows is not null) then
    return null;
  end if;

  -- Page by page a backlog goes faster than in the order of expiry, which comes back to each page
  -- again and again. With less than one row due on every second page it is the other way round,
  -- unless no index has the order of expiry: then each batch would read the whole table.
  in_heap := n_due >= 1000 and n_due * 2 >= n_pages or not indexed and n_due > 0;

  -- One is enough for what falls due from minute to minute.
  if worker > 1 and (n_due < 1000 or not in_heap) then
    return null;
  end if;

  insert into lastwill.sweep_run (owner, worker, stop_at, max_rows, due)
  select owner, worker, clock_timestamp() + setting.budget, max_rows, n_due
  from lastwill.sweep_setting as setting
  where setting.owner = sweep_begin.owner
  returning id into run;

  perform lastwill.sweep_steps(run, case when in_heap then n_pages end);
  return run;
end;
$lastwill$;

revoke all on function lastwill.sweep_begin(text, integer, boolean, bigint) from public;

comment on function lastwill.sweep_begin(text, integer, boolean, bigint) is
  'Opens a run of the sweep; null when this worker is not to sweep now. [lastwill bc1b7246cb9c]';

-- Adds what has ended to its run's figures, in the same transaction.
create or replace function lastwill.sweep_counted(run bigint, n_owners bigint, n_released bigint)
  returns void
  language sql
  set search_path = pg_catalog, pg_temp
as $lastwill$
  update lastwill.sweep_run as counted
  set owners_ended = counted.owners_ended + n_owners,
      released_ended = counted.released_ended + n_released
  where counted.id = run;
$lastwill$;

revoke all on function lastwill.sweep_counted(bigint, bigint, bigint) from public;

comment on function lastwill.sweep_counted(bigint, bigint, bigint) is
  'Adds what has ended to the figures of its run. [lastwill 41a3347e0ea6]';

-- Writes down why a batch failed.
create or replace function lastwill.sweep_failed(run bigint, error_state text, error_message text)
  returns void
  language sql
  set search_path = pg_catalog, pg_temp
as $lastwill$
  update lastwill.sweep_run as failed
  set last_error = error_state || ': ' || error_message
  where failed.id = run;
$lastwill$;

revoke all on function lastwill.sweep_failed(bigint, text, text) from public;

comment on function lastwill.sweep_failed(bigint, text, text) is
  'Writes down why a batch failed. [lastwill 9e0535bbe82e]';

-- One batch of one step of the sweep.
create or replace function lastwill.sweep_batch(step text, run bigint, max_rows integer)
  returns integer
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
begin
  return
    case step
      when 'visit' then lastwill.visit_sweep_batch(run, max_rows)
      when 'visit.notes' then lastwill.visit_notes_sweep_batch(run, max_rows)
      -- Of an edge that has gone meanwhile.
      else 0
    end;
end;
$lastwill$;

revoke all on function lastwill.sweep_batch(text, bigint, integer) from public;

comment on function lastwill.sweep_batch(text, bigint, integer) is
  'One batch of one step of the sweep; gives how many rows it dealt with. [lastwill c2c4744e86d4]';

-- The next batch of a run: it is to be committed before the next one. Gives the step it belonged
-- to, null when the run is over; how many rows it dealt with, null when it failed and is to be
-- tried again in parts; and how long it took.
create or replace function lastwill.sweep_next(
  run bigint,
  out step text,
  out n_rows integer,
  out took interval
)
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  -- Whoever waits for a row of ours must have it well within the second after which PostgreSQL
  -- looks for deadlocks, and may pick him as the victim.
  aim constant double precision := 0.375;
  largest constant integer := 20000;
  max_rows integer;
  seconds_for_one double precision;
  seconds_left double precision;
  rows_left bigint;
  started timestamptz;
  seconds double precision;
begin
  select
    extract(epoch from running.stop_at - clock_timestamp()),
    running.max_rows - running.owners_ended - running.released_ended
  into seconds_left, rows_left
  from lastwill.sweep_run as running
  where running.id = run
    and running.ended_at is null
    and not exists (
      select
      from lastwill.paused as pause
      where pause.owner = running.owner
        and pause.until > now()
    );

  if seconds_left is null or seconds_left <= 0 or rows_left <= 0 then
    return;
  end if;

  -- In turns, so that no step waits for another's backlog.
  select in_turn.step, in_turn.batch, in_turn.pace
  into step, max_rows, seconds_for_one
  from lastwill.sweep_step as in_turn
  where in_turn.run = sweep_next.run
    and not in_turn.done
  order by in_turn.turns, in_turn.position
  limit 1;

  if step is null then
    return;
  end if;

  started := clock_timestamp();
  begin
    n_rows := lastwill.sweep_batch(
      step,
      run,
      -- The last batch is one that fits into the time that is left.
      greatest(least(max_rows, rows_left, seconds_left / seconds_for_one), 1)::integer
    );
  exception
    -- Somebody has the whole table to himself: another time.
    when lock_not_available then
      n_rows := 0;
  end;
  took := clock_timestamp() - started;
  -- A clock may be coarse, or set back.
  seconds := greatest(extract(epoch from took), 0.001);

  -- What a batch ends may let go of what a later step sees to.
  if n_rows is distinct from 0 then
    update lastwill.sweep_run as running
    set batches = running.batches + 1
    where running.id = run;

    update lastwill.sweep_step as in_turn
    set done = false
    where in_turn.run = sweep_next.run
      and in_turn.done;
  end if;

  update lastwill.sweep_step as in_turn
  set turns = in_turn.turns + 1,
      done = coalesce(n_rows = 0, false),
      pace = coalesce(seconds / nullif(n_rows, 0), in_turn.pace),
      batch =
        case
          -- Cut down fast to the one row that is to blame.
          when n_rows is null then greatest(least(in_turn.batch, 1000) / 8, 1)
          when n_rows >= in_turn.batch or seconds > aim then
            least(greatest(in_turn.batch * least(greatest(aim / seconds, 0.125), 2), 1), largest)
          else in_turn.batch
        end
  where in_turn.run = sweep_next.run
    and in_turn.step = sweep_next.step;
end;
$lastwill$;

revoke all on function lastwill.sweep_next(bigint) from public;

comment on function lastwill.sweep_next(bigint) is
  'The next batch of a run, to be committed by itself. [lastwill 6972b97d1868]';

-- Closes a run, and trims what earlier runs left.
create or replace function lastwill.sweep_end(run bigint)
  returns void
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  swept text;
  kept_for interval;
begin
  update lastwill.sweep_run as closed
  set ended_at = clock_timestamp()
  from lastwill.sweep_setting as setting
  where closed.id = run
    and setting.owner = closed.owner
  returning closed.owner, greatest(setting.log_days, 1) * interval '1 day'
  into swept, kept_for;

  delete from lastwill.sweep_run as old
  where old.owner = swept
    and old.started_at < now() - kept_for;

  -- Every row in quarantine is tried again when its time has come; one that was not is gone.
  delete from lastwill.quarantine as kept
  where kept.owner = swept
    and kept.next_try < now() - interval '1 day';

  delete from lastwill.paused as past
  where past.owner = swept
    and past.until <= now();

  -- pg_cron's log has no index on time, so it is read once an hour only.
  if not exists (
    select
    from lastwill.sweep_run as earlier
    where earlier.owner = swept
      and earlier.id < run
      and earlier.started_at >= date_trunc('hour', now())
  ) then
    perform lastwill.trim_cron_log(now() - kept_for);
  end if;
end;
$lastwill$;

revoke all on function lastwill.sweep_end(bigint) from public;

comment on function lastwill.sweep_end(bigint) is
  'Closes a run of the sweep and trims the logs. [lastwill e052c89958ba]';

-- The owners that this worker sweeps, whoever has waited longest first: a run that is always cut
-- off at the same moment, by a statement_timeout, say, must not starve the last of them.
create or replace function lastwill.sweep_order(owner text, worker integer)
  returns text[]
  language sql
  stable
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
  select coalesce(array_agg(setting.owner order by last_run.started_at nulls first), '{}')
  from lastwill.sweep_setting as setting
  left join lateral (
    select run.started_at
    from lastwill.sweep_run as run
    where run.owner = setting.owner
    order by run.id desc
    limit 1
  ) as last_run on true
  where setting.workers >= sweep_order.worker
    and (sweep_order.owner is null or setting.owner = sweep_order.owner);
$lastwill$;

revoke all on function lastwill.sweep_order(text, integer) from public;

comment on function lastwill.sweep_order(text, integer) is
  'The owners that a worker sweeps, in order. [lastwill fa21772b7cf9]';

-- Sweeps one owner: its expired rows, and the released rows of each of its edges. One batch is one
-- transaction, so cutting it off at any moment loses at most the batch in hand.
--
-- It commits, so it can have neither `security definer` nor a `set` clause: every name is
-- written out, and all that touches tables is done by functions that have both.
create or replace procedure lastwill.sweep_owner(owner text, worker integer, accept boolean)
  language plpgsql
as $lastwill$
declare
  run bigint;
  step text;
  error_state text;
  error_message text;
begin
  commit;
  -- First thing in each transaction, whatever the role's default: with a fixed snapshot nothing
  -- that is shared could be decided.
  set transaction isolation level read committed;

  begin
    run := lastwill.sweep_begin(owner, worker, accept);
  exception
    -- A column that is gone, a lock on the whole table: no reason to leave the other owners.
    when others then
      get stacked diagnostics error_state = returned_sqlstate, error_message = message_text;
      raise warning 'lastwill: the sweep of "%" cannot begin (%: %)',
        owner, error_state, error_message;
  end;

  commit;
  set transaction isolation level read committed;

  if run is null then
    return;
  end if;

  loop
    step := (select batch.step from lastwill.sweep_next(run) as batch);
    commit;
    set transaction isolation level read committed;
    exit when step is null;
  end loop;

  perform lastwill.sweep_end(run);
  commit;
end;
$lastwill$;

revoke all on procedure lastwill.sweep_owner(text, integer, boolean) from public;

comment on procedure lastwill.sweep_owner(text, integer, boolean) is
  'Sweeps one owner, a transaction to a batch, until nothing is due or the time is up. [lastwill c9379a001866]';

-- Ends what is due: all owners, or the one named. This is what pg_cron calls, and it must be
-- the only statement of its job: it commits after each batch.
create or replace procedure lastwill.sweep(
  owner text default null,
  worker integer default 1,
  accept boolean default false
)
  language plpgsql
as $lastwill$
declare
  swept text;
begin
  if owner is not null then
    perform lastwill.known_owner(owner);
  end if;

  foreach swept in array lastwill.sweep_order(owner, worker) loop
    call lastwill.sweep_owner(swept, worker, accept);
  end loop;
end;
$lastwill$;

revoke all on procedure lastwill.sweep(text, integer, boolean) from public;

comment on procedure lastwill.sweep(text, integer, boolean) is
  'Ends expired owners and released rows that are due: call lastwill.sweep(); Of all owners, or of the one named; worker 2 and more only share a backlog; accept lets an owner''s sweep go on that holds. It commits, so no transaction may be open. [lastwill 0c60eecf81f6]';

-- Keeps the sweep off one owner for a while, 30 days at most. Deletions by the application go on
-- as before.
create or replace function lastwill.pause(owner text, duration interval)
  returns timestamptz
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
declare
  pause_end constant timestamptz := now() + least(duration, interval '30 days');
begin
  perform lastwill.known_owner(pause.owner);

  if duration is null or duration <= interval '0' then
    raise exception using
      errcode = '22023',
      message = format('a pause cannot last %s', coalesce(duration::text, 'null')),
      hint = 'Write for how long, as in: select lastwill.pause(''session'', ''1 hour'');';
  end if;

  insert into lastwill.paused as existing (owner, until)
  values (pause.owner, pause_end)
  on conflict on constraint paused_pkey do update set until = excluded.until;
  return pause_end;
end;
$lastwill$;

revoke all on function lastwill.pause(text, interval) from public;

comment on function lastwill.pause(text, interval) is
  'Keeps the sweep off one owner for a while: select lastwill.pause(''session'', ''1 hour''); For 30 days at most; gives until when. [lastwill 2f608e97d30f]';

-- Ends a pause early, and lets a sweep that holds go on: all that is due is meant to end.
create or replace function lastwill.resume(owner text)
  returns void
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
begin
  perform lastwill.known_owner(resume.owner);

  delete from lastwill.paused as existing
  where existing.owner = resume.owner;

  update lastwill.hold as existing
  set accepted_at = now()
  where existing.owner = resume.owner
    and existing.accepted_at is null;
end;
$lastwill$;

revoke all on function lastwill.resume(text) from public;

comment on function lastwill.resume(text) is
  'Ends a pause early, and lets a sweep that holds go on: select lastwill.resume(''session''); [lastwill 26f7ea63a592]';

-- What is declared: a row for each edge, so that who looks at rows can say what holds for them.
create view lastwill.edge as
select
  'visit.notes'::text as edge,
  'visit'::text as owner,
  'public.notes'::regclass::text as owned,
  array['id']::text[] as owned_by_key,
  1 as depth,
  null::text as parent_edge,
  'polymorphic'::text as kind,
  format(
    '%s.%s → %s.%s, where %s is %s',
    'public.notes'::regclass,
    'about_id',
    'public.visits'::regclass,
    'id',
    'about',
    'Visit''s'
  ) as tied_by,
  'cascade'::text as policy,
  null::text as policy_target,
  true as one_by_one,
  interval '0 seconds' as grace,
  'about_id like ''x%'''::text as keep_when,
  null::text as claim,
  null::text as guard,
  null::text as on_replace;

revoke all on table lastwill.edge from public;

comment on view lastwill.edge is
  'What is declared: a row for each edge. [lastwill 1001c7c2a11f]';
comment on column lastwill.edge.edge is 'The edge: owner, dot, edge name.';
comment on column lastwill.edge.owner is 'The owner''s name in the manifest.';
comment on column lastwill.edge.owned is 'The table whose rows are owned.';
comment on column lastwill.edge.owned_by_key is 'The columns whose values name an owned row.';
comment on column lastwill.edge.depth is
  '1 for what the owner owns itself, 2 for what that owns, and so on.';
comment on column lastwill.edge.parent_edge is
  'The edge that this one hangs below; null where it hangs on the owner itself.';
comment on column lastwill.edge.kind is 'column, polymorphic, through or data.';
comment on column lastwill.edge.tied_by is 'What ties an owned row to what it hangs on.';
comment on column lastwill.edge.policy is
  'What happens to a row when its last owner ends: cascade, set_null, soft_delete, archive.';
comment on column lastwill.edge.policy_target is
  'The archive that keeps the row, or the column that marks it or is set null; else null.';
comment on column lastwill.edge.one_by_one is
  'Whether each row is asked for other owners and for what keeps it; else a foreign key ends it.';
comment on column lastwill.edge.grace is 'How long a released row waits; 0 for not at all.';
comment on column lastwill.edge.keep_when is
  'A row for which this holds survives; null if there is no such condition.';
comment on column lastwill.edge.claim is
  'A row whose column of this name is filled survives; null if there is none.';
comment on column lastwill.edge.guard is
  'Only rows for which this holds are tied; null if there is no such condition.';
comment on column lastwill.edge.on_replace is
  'What becomes of a row when its owner names another or none: release, keep; data edges only.';

-- Who owns what, with the row each owned row hangs on. lastwill.owned is made from it.
create view lastwill.owned_tree as
select
  'visit'::text as owner,
  owner.id::text as owner_key,
  'visit.notes'::text as edge,
  'public.notes'::regclass::text as owned,
  owned_1.id::text as owned_key,
  1 as depth,
  'cascade'::text as policy,
  owner.ends_at as expires_at,
  null::text as parent_edge,
  owner.id::text as parent_key
from public.visits as owner
join public.notes as owned_1 on owned_1.about_id = owner.id::text and owned_1.about = 'Visit''s';

revoke all on table lastwill.owned_tree from public;

comment on view lastwill.owned_tree is
  'Who owns what, with the row each owned row hangs on. [lastwill 429f2e31c89d]';
comment on column lastwill.owned_tree.owner is 'The owner''s name in the manifest.';
comment on column lastwill.owned_tree.owner_key is
  'The key of the owner row, as text. A session key is a secret.';
comment on column lastwill.owned_tree.edge is 'What ties the row: owner, dot, edge name.';
comment on column lastwill.owned_tree.owned is 'The table of the owned row.';
comment on column lastwill.owned_tree.owned_key is 'The key of the owned row, as text.';
comment on column lastwill.owned_tree.depth is
  '1 for what the owner owns itself, 2 for what that owns, and so on.';
comment on column lastwill.owned_tree.policy is 'What happens to the row when its last owner ends.';
comment on column lastwill.owned_tree.expires_at is
  'When the owner expires as things stand; null means never.';
comment on column lastwill.owned_tree.parent_edge is
  'What ties the row that it hangs on; null where that is the owner''s own row.';
comment on column lastwill.owned_tree.parent_key is
  'The key of the row that it hangs on, as text. A secret where that is the owner''s own row.';

-- Who owns what, for a person in psql and for a test in an application.
create view lastwill.owned as
select
  tree.owner,
  tree.owner_key,
  tree.edge,
  tree.owned,
  tree.owned_key,
  tree.depth,
  tree.policy,
  tree.expires_at
from lastwill.owned_tree as tree;

revoke all on table lastwill.owned from public;

comment on view lastwill.owned is
  'Who owns what: a row for each owned row. With where owner_key = ''…'' it uses the indexes. [lastwill c13aeefc02ff]';
comment on column lastwill.owned.owner is 'The owner''s name in the manifest.';
comment on column lastwill.owned.owner_key is
  'The key of the owner row, as text. A session key is a secret.';
comment on column lastwill.owned.edge is 'What ties the row: owner, dot, edge name.';
comment on column lastwill.owned.owned is 'The table of the owned row.';
comment on column lastwill.owned.owned_key is 'The key of the owned row, as text.';
comment on column lastwill.owned.depth is
  '1 for what the owner owns itself, 2 for what that owns, and so on.';
comment on column lastwill.owned.policy is 'What happens to the row when its last owner ends.';
comment on column lastwill.owned.expires_at is
  'When the owner expires as things stand; null means never.';

-- Rows of data edges that no owner names and that wait for no sweep: left from before
-- pg-lastwill, or made by an application that has not yet named them, or never did.
create view lastwill.orphan as
select
  'visit.notes'::text as edge,
  'public.notes'::regclass::text as owned,
  owned.id::text as owned_key
from public.notes as owned
where owned.about_id is not null
and owned.about = 'Visit''s'
and not exists (
  select
  from public.visits as parent
  where parent.id operator(pg_catalog.=) lastwill.read_bigint(pg_catalog.to_jsonb(owned.about_id))
    and owned.about_id operator(pg_catalog.=) parent.id::text
    and owned.about operator(pg_catalog.=) 'Visit''s'
)
and lastwill.visit_notes_keeps(owned.*) is not true
and not exists (
  select
  from lastwill.released as entry
  where entry.edge = any(array['visit.notes']::text[])
    and entry.owned_key = owned.id::text
);

revoke all on table lastwill.orphan from public;

comment on view lastwill.orphan is
  'Owned rows that no owner names and that wait for no sweep. [lastwill 55071a118085]';
comment on column lastwill.orphan.edge is 'The edge that would tie the row: owner, dot, edge name.';
comment on column lastwill.orphan.owned is 'The table of the row.';
comment on column lastwill.orphan.owned_key is 'The key of the row, as text.';

-- Where links and what owners name are not the same: something was written while triggers were off,
-- or was named before a guard held. As long as there is any, lastwill.release_orphans refuses: what
-- is named would look like an orphan.
create view lastwill.drift as
select
  null::text as edge,
  null::text as drift,
  null::text as owner_key,
  null::text as owned_key,
  null::text as mend
where false;

revoke all on table lastwill.drift from public;

comment on view lastwill.drift is
  'Where links and what owners name are not the same, as when triggers were off. Empty when all is well. [lastwill 531ac32ec57a]';
comment on column lastwill.drift.edge is 'The edge: owner, dot, edge name.';
comment on column lastwill.drift.drift is
  'unlinked: an owner names the row, and no link says so; ownerless: the owner of a link is gone.';
comment on column lastwill.drift.owner_key is
  'The key of the owner, or of the row that names, as text.';
comment on column lastwill.drift.owned_key is 'The key of the row that is named, as text.';
comment on column lastwill.drift.mend is
  'The statement that ties anew, to be run by the role that migrates.';

-- How each owner stands, in one row.
create view lastwill.status as
select
  'visit'::text as owner,
  counted.live,
  counted.expired,
  counted.oldest_due,
  case
    when isfinite(counted.oldest_due) then now() - counted.oldest_due
    else interval '0'
  end as lag,
  (
    select count(distinct (entry.edge, entry.owned_key))
    from lastwill.released as entry
    where entry.edge = any(array['visit.notes']::text[])
  ) as released,
  (
    select count(*)
    from lastwill.undecodable as noted
    where noted.owner = 'visit'
  ) as undecodable,
  (
    select count(*)
    from lastwill.quarantine as kept
    where kept.owner = 'visit'
  ) as quarantined,
  exists (
    select
    from lastwill.hold as held
    where held.owner = 'visit'
      and (held.accepted_at > now() - interval '1 day') is not true
  ) as held,
  (
    select pause.until
    from lastwill.paused as pause
    where pause.owner = 'visit'
      and pause.until > now()
  ) as paused_until,
  last_run.started_at as last_run_at,
  last_run.rows as last_run_rows,
  lastwill.sweep_job('visit') as job
from (
  select
    count(*) filter (
      where (owner.ends_at <= now()) is not true
    ) as live,
    count(*) filter (
      where owner.ends_at <= now()
    ) as expired,
    min(owner.ends_at) filter (
      where owner.ends_at <= now()
    ) as oldest_due
  from public.visits as owner
) as counted
left join lateral (
  -- With all that further workers did since it began.
  select
    min(run.started_at) as started_at,
    sum(run.owners_ended + run.released_ended)::bigint as rows
  from lastwill.sweep_run as run
  where run.owner = 'visit'
    and run.id >= (
      select max(first.id)
      from lastwill.sweep_run as first
      where first.owner = 'visit'
        and first.worker = 1
    )
) as last_run on true;

revoke all on table lastwill.status from public;

comment on view lastwill.status is
  'How each owner stands: live, due, waiting, put aside, and when the sweep last ran. [lastwill c8a41205cef9]';
comment on column lastwill.status.owner is 'The owner''s name in the manifest.';
comment on column lastwill.status.live is 'Rows that have not expired.';
comment on column lastwill.status.expired is 'Rows that are due and wait for the sweep.';
comment on column lastwill.status.oldest_due is
  'When the oldest of them fell due; null when nothing is due.';
comment on column lastwill.status.lag is
  'How long the oldest of them has been due; 0 when nothing is.';
comment on column lastwill.status.released is 'Owned rows that wait out their grace.';
comment on column lastwill.status.undecodable is
  'Owner rows whose data cannot be read: nothing is released for them.';
comment on column lastwill.status.quarantined is
  'Rows that the sweep could not end; see lastwill.quarantine.';
comment on column lastwill.status.held is
  'Whether the sweep holds because far too much is due at once; see lastwill.hold.';
comment on column lastwill.status.paused_until is
  'Until when the sweep is paused, see lastwill.pause; null when it is not.';
comment on column lastwill.status.last_run_at is
  'When the last run began; null before the first. A sweep that holds or pauses begins none.';
comment on column lastwill.status.last_run_rows is
  'What that run ended: owner rows and released rows, not counting what cascades.';
comment on column lastwill.status.job is 'The pg_cron job, or why there is none.';

-- Why one row of public.notes is still there. A key that is none of this table's finds no row, and
-- raises no error.
create or replace function lastwill.visit_notes_why(key text)
  returns table (
    edge text,
    reason text,
    owner_key text,
    above text[],
    until timestamptz,
    detail text
  )
  language plpgsql
  stable
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_column
declare
  asked public.notes;
  this public.notes;
  is_there boolean := false;
begin
  if not is_there then
    begin
      asked := jsonb_populate_record(
        cast(null as public.notes),
        jsonb_build_object(
          'id', key
        )
      );

      select (owned).*
      into this
      from public.notes as owned
      where owned.id = (asked).id;

      if found then
        is_there := true;
        asked := this;
      end if;
    exception
      -- No key of this table looks so.
      when data_exception then
        null;
    end;
  end if;

  if not is_there then
    return query
    select
      null::text,
      'not_there',
      null::text,
      null::text[],
      null::timestamptz,
      null::text;
  end if;

  return query
  select
    'visit.notes'::text,
    case
      when owner.id is not null then 'owned'
      else 'lingering'
    end,
    case
      when owner.id is not null then owner.id::text
      else owned_1.about_id::text
    end,
    array_remove('{}'::text[], null),
    owner.ends_at,
    (
      select kept.message
      from lastwill.quarantine as kept
      where kept.edge = 'visit'
        and kept.key = owner.id::text
    )
  from (
    select (this).*
  ) as owned_1
  left join public.visits as owner on owner.id = lastwill.read_bigint(pg_catalog.to_jsonb(owned_1.about_id))
    and owned_1.about_id = owner.id::text
    and owned_1.about = 'Visit''s'
  where owned_1.about_id is not null
    and owned_1.about = 'Visit''s';

  return query
  select
    'visit.notes'::text,
    'kept',
    null::text,
    null::text[],
    null::timestamptz,
    'about_id like ''x%'''::text
  from (
    select (this).*
  ) as owned
  where is_there
    and lastwill.visit_notes_keeps(this)
    ;

  return query
  select
    entry.edge,
    'released',
    -- A row that lingered was let go of by nobody: see lastwill.release_orphans.
    case
      when entry.owner_key not like 'orphan %' then entry.owner_key
    end,
    null::text[],
    entry.due_at,
    null::text
  from lastwill.released as entry
  where entry.edge = any(array['visit.notes']::text[])
    and entry.owned_key = (asked).id::text;

  return query
  select
    kept.edge,
    'quarantined',
    null::text,
    null::text[],
    kept.next_try,
    kept.message
  from lastwill.quarantine as kept
  where kept.edge = any(array['visit.notes']::text[])
    and kept.key = (asked).id::text;

  -- All that this owner had waits, in one entry.
  return query
  select
    entry.edge,
    'released',
    entry.owner_key,
    null::text[],
    entry.due_at,
    null::text
  from (
    select (this).*
  ) as owned
  join lastwill.released as entry
    on entry.owner_key = owned.about_id::text
  where entry.edge = 'visit.notes'
    and entry.owned_key = ''
    and owned.about = 'Visit''s';

  -- Links are still being made of what was named before there were triggers.
  return query
  select
    null::text,
    'backfill',
    null::text,
    null::text[],
    begun.begun_at,
    begun.name
  from lastwill.backfill as begun
  where is_there;
end;
$lastwill$;

revoke all on function lastwill.visit_notes_why(text) from public;

comment on function lastwill.visit_notes_why(text) is
  'Why a row of notes is still there. [lastwill 193c9a6e112a]';

-- Why a row is still there: who owns it, what keeps it, what it waits for. A row for each reason;
-- none for a row that nobody owns and nothing keeps.
create or replace function lastwill.why(owned regclass, key text)
  returns table (
    edge text,
    reason text,
    owner_key text,
    above text[],
    until timestamptz,
    detail text
  )
  language plpgsql
  stable
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
begin
  case owned
    when 'public.notes'::regclass then
      return query
      select
        given.edge,
        given.reason,
        given.owner_key,
        given.above,
        given.until,
        given.detail
      from lastwill.visit_notes_why(key) as given;
    else
      raise exception using
        errcode = 'LW001',
        message = format('no edge declares the table %s', owned),
        hint = 'The tables that are declared: select owned, edge from lastwill.edge;';
  end case;
end;
$lastwill$;

revoke all on function lastwill.why(regclass, text) from public;

comment on function lastwill.why(regclass, text) is
  'Why a row is still there: select * from lastwill.why(''drafts'', ''7''); owner_key is a secret. No row where nobody owns it and nothing keeps it; the error LW001 for a table without an edge. [lastwill ef7f14e8d271]';

-- Hands to the sweep the rows of public.notes on these pages that nobody ties and that do not wait
-- already. It asks for no lock: the sweep does, and asks again who ties them.
create or replace function lastwill.visit_notes_hand_over(from_place tid, to_place tid, grace interval)
  returns bigint
  language plpgsql
  set search_path = pg_catalog, pg_temp
  set enable_hashjoin = off
  set enable_mergejoin = off
  set enable_seqscan = off
as $lastwill$
#variable_conflict use_variable
declare
  n_rows bigint;
begin
  -- A row that names nobody gets the key of nobody: no claim and no adoption is to find it by that.
  insert into lastwill.released (edge, owned_key, owner_key, due_at)
  select 'visit.notes', owned.id::text, owned.about_id::text, now() + grace
  from only public.notes as owned
  where owned.ctid > from_place
    and owned.ctid < to_place
    and owned.about_id is not null
    and owned.about = 'Visit''s'
    and not exists (
      select
      from public.visits as parent
      where parent.id operator(pg_catalog.=) lastwill.read_bigint(pg_catalog.to_jsonb(owned.about_id))
        and owned.about_id operator(pg_catalog.=) parent.id::text
        and owned.about operator(pg_catalog.=) 'Visit''s'
    )
    and (
      owned.about_id is null
      or owned.about operator(pg_catalog.=) any (
        array['Visit''s']::text[]
      )
    )
    and not exists (
      select
      from lastwill.released as entry
      where entry.edge operator(pg_catalog.=) any (
          array['visit.notes']::text[]
        )
        and entry.owned_key operator(pg_catalog.=) owned.id::text
        -- Reckoned so, and with the offset, it is a look-up by the row's key for each row: the planner
        -- never knows how long a queue is, and would take any other index or join for as good.
        and (entry.due_at operator(pg_catalog.+) interval '0') operator(pg_catalog.>) pg_catalog.now()
      offset 0
    )
    and lastwill.visit_notes_keeps(owned.*) is not true
    and not exists (
      select
      from lastwill.released as entry
      where entry.edge = any(array['visit.notes']::text[])
        and entry.owned_key = owned.id::text
      offset 0
    );

  get diagnostics n_rows = row_count;
  return n_rows;
end;
$lastwill$;

revoke all on function lastwill.visit_notes_hand_over(tid, tid, interval) from public;

comment on function lastwill.visit_notes_hand_over(tid, tid, interval) is
  'Hands to the sweep the rows of notes on these pages that nobody ties. [lastwill c1fbbe594a3d]';

-- The steps by which rows that linger are handed to the sweep: those of one edge, or of all.
create or replace function lastwill.release_orphans_begin(edge text, grace interval)
  returns integer[]
  language plpgsql
  stable
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
begin
  if grace is null or grace < interval '0' then
    raise exception using
      errcode = 'LW001',
      message = format('the grace of orphans cannot be %s', coalesce(grace::text, 'null')),
      hint = 'Write how long rows that are just being made are given, as in: 10 minutes.';
  end if;

  if edge is not null and not exists (
    select
    from lastwill.edge as declared
    where declared.edge = release_orphans_begin.edge
  ) then
    raise exception using
      errcode = 'LW001',
      message = format('there is no edge %s', quote_ident(edge)),
      hint = (
        select format('The edges are: %s.', string_agg(declared.edge, ', '))
        from lastwill.edge as declared
      );
  end if;

  if exists (select from lastwill.backfill) then
    raise exception using
      errcode = 'LW001',
      message = 'a backfill is not finished, so rows that owners name may look like orphans',
      hint = (
        select format('Let it come to its end: call lastwill.%I();', begun.name)
        from lastwill.backfill as begun
        order by begun.begun_at
        limit 1
      );
  end if;

  -- What was written while triggers were off is named and not linked.
  if exists (
    select
    from lastwill.drift as drift
    where release_orphans_begin.edge is null
      or drift.edge in (
        select other.edge
        from lastwill.edge as other
        join lastwill.edge as this on this.owned = other.owned
        where this.edge = release_orphans_begin.edge
      )
  ) then
    raise exception using
      errcode = 'LW001',
      message = 'rows that owners name are not linked to them, and would look like orphans',
      hint = (
        select format('Tie anew, as the role that migrates: %s', string_agg(mend.statement, ' '))
        from (
          select distinct drift.mend as statement
          from lastwill.drift as drift
        ) as mend
      );
  end if;

  -- What sessions outside the database own looks lingering until each has been touched: never
  -- unless it is asked for by name.
  return array(
    select step.place
    from (
      values
        (1, 'visit.notes', false)
    ) as step (place, edge, asked_for_only)
    where step.edge = release_orphans_begin.edge
      or (release_orphans_begin.edge is null and not step.asked_for_only)
    order by step.place
  );
end;
$lastwill$;

revoke all on function lastwill.release_orphans_begin(text, interval) from public;

comment on function lastwill.release_orphans_begin(text, interval) is
  'The steps by which rows that linger are handed to the sweep. [lastwill f41375c3fe19]';

-- One batch of one step: the rows that linger on a few pages of a table. Gives the edge and how
-- many rows they were, null when somebody held a lock; no edge at the end of the table.
create or replace function lastwill.release_orphans_batch(
  step integer,
  batch bigint,
  grace interval,
  out edge text,
  out n_rows bigint
)
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  pages constant bigint := 32;
  -- No row has the number 0 on its page.
  from_place constant tid := cast(format('(%s,0)', batch * pages) as tid);
  to_place constant tid := cast(format('(%s,0)', (batch + 1) * pages) as tid);
  owned regclass;
begin
  case step
    when 1 then
      edge := 'visit.notes';
      owned := 'public.notes';
  end case;

  if
    grace is null
    or batch * pages * current_setting('block_size')::bigint > pg_relation_size(owned)
  then
    edge := null;
    return;
  end if;

  -- Two at once would not see what the other hands over.
  perform pg_advisory_xact_lock(hashtext('lastwill.release_orphans'), step);

  case step
    when 1 then
      n_rows := lastwill.visit_notes_hand_over(from_place, to_place, grace);
  end case;
end;
$lastwill$;

revoke all on function lastwill.release_orphans_batch(integer, bigint, interval) from public;

comment on function lastwill.release_orphans_batch(integer, bigint, interval) is
  'Hands to the sweep the rows that linger on a few pages of a table. [lastwill 75362c5c66cf]';

-- Hands rows that linger to the sweep, which looks at them when the grace is over and asks again
-- who ties them: so a row that is just being made and named is not taken. A batch is a transaction.
-- It may be cut off at any moment; called again it has only the rest to do. Gives how many rows of
-- each edge it dealt with.
--
-- It commits, so it can have neither `security definer` nor a `set` clause: every name is
-- written out, and all that touches tables is done by functions that have both.
create or replace procedure lastwill.release_orphans(
  edge text default null,
  grace interval default interval '10 minutes',
  inout handed_over jsonb default null
)
  language plpgsql
as $lastwill$
#variable_conflict use_variable
declare
  steps integer[];
  step integer;
  batch bigint;
  done record;
  tries integer;
begin
  commit;
  set transaction isolation level read committed;
  steps := lastwill.release_orphans_begin(edge, grace);
  handed_over := '{}';

  foreach step in array steps loop
    batch := 0;
    tries := 0;
    loop
      done := lastwill.release_orphans_batch(step, batch, grace);
      commit;
      set transaction isolation level read committed;
      exit when done.edge is null;

      if done.n_rows is null and tries < 20 then
        tries := tries + 1;
        perform pg_catalog.pg_sleep(0.25);
        continue;
      end if;

      if done.n_rows is null then
        raise warning 'lastwill: rows of % were locked by others and are left as they are',
          done.edge
          using hint = 'Call it again when nobody holds on to them.';
      elsif done.n_rows > 0 then
        handed_over := handed_over operator(pg_catalog.||) pg_catalog.jsonb_build_object(
          done.edge,
          coalesce((handed_over operator(pg_catalog.->>) done.edge)::bigint, 0) + done.n_rows
        );
      end if;

      tries := 0;
      batch := batch + 1;
    end loop;
  end loop;
end;
$lastwill$;

revoke all on procedure lastwill.release_orphans(text, interval, jsonb) from public;

comment on procedure lastwill.release_orphans(text, interval, jsonb) is
  'Hands rows that linger (see lastwill.orphan) to the sweep: call lastwill.release_orphans(); Of one edge or of all; the sweep looks at them when the grace is over. Gives how many rows of each edge. It commits, and may be cut off and called again. [lastwill 07f6467fb133]';

-- What keeps the sweep from an owner altogether: a pause, or that it would hold, as
-- lastwill.sweep_holds decides. Null when nothing does.
create or replace function lastwill.preview_blocked(owner text)
  returns text
  language plpgsql
  stable
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  paused_until timestamptz;
  n_due bigint;
  n_total bigint;
begin
  select pause.until
  into paused_until
  from lastwill.paused as pause
  where pause.owner = preview_blocked.owner
    and pause.until > now();

  if found then
    return format('paused until %s', paused_until);
  end if;

  select backlog.due, backlog.total
  into n_due, n_total
  from lastwill.sweep_backlog(owner) as backlog;

  if n_due < 1000
    or not exists (
      select
      from lastwill.sweep_setting as setting
      where setting.owner = preview_blocked.owner
        and n_due > setting.hold_over * n_total
    )
    or exists (
      select
      from lastwill.hold as held
      where held.owner = preview_blocked.owner
        and held.accepted_at > now() - interval '1 day'
    )
  then
    return null;
  end if;

  return format('held: about %s of %s rows are due at once', n_due, n_total);
end;
$lastwill$;

revoke all on function lastwill.preview_blocked(text) from public;

comment on function lastwill.preview_blocked(text) is
  'What keeps the sweep from an owner altogether: a pause, or that it would hold. [lastwill 8c5116aaa1fc]';

-- Which foreign keys hold on to rows that are to be deleted: those that restrict, or do nothing,
-- and have a row there. What was there when this was generated was refused; such a key has come
-- since, so nobody but the catalog can tell its table, and its statement has to be made here.
create or replace function lastwill.preview_held_by(ending regclass, places tid[])
  returns text
  language plpgsql
  stable
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  holding record;
  n_rows bigint;
  found_keys text[] := cast('{}' as text[]);
begin
  for holding in
    select
      foreign_key.conname as name,
      foreign_key.conrelid::regclass as referring,
      (
        select string_agg(
          format('referring.%I = ending.%I', its_column.attname, key_column.attname), ' and '
        )
        from unnest(foreign_key.conkey, foreign_key.confkey) as pair (its, key)
        join pg_attribute as its_column
          on its_column.attrelid = foreign_key.conrelid
          and its_column.attnum = pair.its
        join pg_attribute as key_column
          on key_column.attrelid = foreign_key.confrelid
          and key_column.attnum = pair.key
      ) as refers
    from pg_constraint as foreign_key
    where foreign_key.contype = 'f'
      and foreign_key.confrelid = ending
      and foreign_key.confdeltype in ('a', 'r')
      and foreign_key.conparentid = 0
    order by foreign_key.conrelid::regclass::text, foreign_key.conname
  loop
    execute format(
      'select count(*) from %s as referring join only %s as ending on %s '
        'where ending.ctid = any($1)',
      holding.referring, ending, holding.refers
    )
    into n_rows
    using places;

    if n_rows > 0 then
      found_keys := found_keys
        || format('foreign key %I of %s (rows: %s)', holding.name, holding.referring, n_rows);
    end if;
  end loop;

  return nullif(array_to_string(found_keys, ', '), '');
end;
$lastwill$;

revoke all on function lastwill.preview_held_by(regclass, tid[]) from public;

comment on function lastwill.preview_held_by(regclass, tid[]) is
  'Which foreign keys of yours would keep these rows from being deleted. [lastwill defa5237ae7a]';

-- Which rows of public.visits lastwill.preview() is about: the one with the given key, or what the next
-- sweep would find due. It would pass by what another transaction has locked or changed. That can
-- be told, without waiting for it, where a row bears the number of one that is running; where
-- several share a lock it cannot.
create or replace function lastwill.visit_ending(owner_key text)
  returns table (rows bigint, sample text[], blocked_by text, places tid[])
  language plpgsql
  stable
  set search_path = pg_catalog, pg_temp
  set plan_cache_mode = force_custom_plan
as $lastwill$
#variable_conflict use_variable
declare
  running constant xid[] := array(
    select going.transactionid
    from pg_locks as going
    where going.locktype = 'transactionid'
      and going.mode = 'ExclusiveLock'
      and going.pid is distinct from pg_backend_pid()
  );
begin
  if owner_key is null then
    return query
    select
      count(*),
      (array_agg(due.key order by due.place))[:5],
      case when due.is_locked then 'a running transaction has locked or changed it' end,
      array_agg(due.place)
    from (
      select
        owner.ctid as place,
        owner.id::text as key,
        owner.xmax = any(running) as is_locked
      from only public.visits as owner
      where owner.ends_at <= now()
        and owner.id::text not in (
          select kept.key
          from lastwill.quarantine as kept
          where kept.edge = 'visit'
            and kept.next_try > now()
        )
    ) as due
    group by due.is_locked
    order by due.is_locked;
    return;
  end if;

  begin
    return query
    select count(*), array_agg(owner.id::text), null::text, array_agg(owner.ctid)
    from only public.visits as owner
    where owner.id = cast(owner_key as bigint)
    having count(*) > 0;

    if found then
      return;
    end if;
  exception
    when data_exception then
      -- A text that is no key of this type is nobody's.
      null;
  end;

  raise exception using
    errcode = 'LW001',
    message = 'no row of visits has this key',
    hint = 'Write the key in full, as it stands in the table; it may have ended by now.';
end;
$lastwill$;

revoke all on function lastwill.visit_ending(text) from public;

comment on function lastwill.visit_ending(text) is
  'Which rows of visits a preview is about. [lastwill 3b4890de1bca]';

-- What the next sweep would do, of one owner or of all; or, with a key, what the end of that one
-- row would do, whoever deletes it. And what stands in the way. It only looks: it locks nothing,
-- and what it says holds for this moment. A row with a blocked_by does not happen as long as that
-- is so.
--
-- Tables come in the order of ownership, so that what ends in one is known before those below it
-- are asked. A row is known by its place, since all statements have one snapshot; and for how many
-- places it plans each statement has to know.
create or replace function lastwill.preview(owner text default null, owner_key text default null)
  returns table (
    edge text,
    depth integer,
    action text,
    rows bigint,
    sample text[],
    blocked_by text,
    reason text,
    due_at timestamptz
  )
  language plpgsql
  stable
  security definer
  set search_path = pg_catalog, pg_temp
  set plan_cache_mode = force_custom_plan
as $lastwill$
#variable_conflict use_variable
declare
  backfill constant text := (
    select concat('backfill not finished: ', string_agg(begun.name, ', ' order by begun.name))
    from lastwill.backfill as begun
    having count(*) > 0
  );
  swept text[] := cast('{}' as text[]);
  blocked text;
  places tid[];
  gone_1 tid[] := cast('{}' as tid[]);
begin
  if owner is not null then
    perform lastwill.known_owner(owner);
  elsif owner_key is not null then
    raise exception using
      errcode = 'LW001',
      message = 'a key was given, and no owner',
      hint = 'Name the owner too: select * from lastwill.preview(''session'', ''…'');';
  end if;

  -- visits
  if coalesce(owner = 'visit', true) then
    -- What holds up the sweep holds up nobody who deletes a row.
    blocked := case when owner_key is null then lastwill.preview_blocked('visit') end;
    if owner_key is null and (blocked is null or owner is not null) then
      swept := array_append(swept, 'visit');
    end if;

    edge := 'visit';
    depth := 0;
    action := 'end';
    for rows, sample, blocked_by, places in
      select ending.rows, ending.sample, ending.blocked_by, ending.places
      from lastwill.visit_ending(owner_key) as ending
    loop
      if blocked_by is null and (blocked is null or owner is not null) then
        gone_1 := gone_1 || places;
      end if;
      blocked_by := nullif(
        concat_ws('; ', blocked, blocked_by, lastwill.preview_held_by('public.visits', places)),
        ''
      );
      return next;
    end loop;
  end if;

  -- Of several owners each that is held up was left out above.
  if owner is null then
    blocked := null;
  end if;

  -- notes
  for edge, depth, action, reason, blocked_by, due_at, rows, sample, places in
    with declared (number, edge, depth, action, grace, is_decided) as (
      values
        (1, 'visit.notes', 1, 'delete', interval '0 hours', true)
    ),
    -- What each edge lets go of, and whether it waits out a grace. A place is null where a row is named
    -- that is not there.
    let_go as materialized (
      select
        found.number,
        found.place,
        bool_or(found.waits) as waits,
        bool_and(found.stands) as stands,
        case when found.place is null then count(*) else 1 end as n
      from (
        select
          1,
          owned.ctid,
          false,
          true
        from only public.visits as parent
        join only public.notes as owned
          on owned.about_id = parent.id::text
          and owned.about = 'Visit''s'
        where parent.ctid = any(gone_1)

        union all

        select
          1,
          owned.ctid,
          false,
          true
        from lastwill.released as entry
        join only public.notes as owned on owned.id = cast(entry.owned_key as uuid)
        where entry.edge = 'visit.notes'
          and entry.due_at <= now()
          and entry.owned_key <> ''
          and 'visit' = any(swept)

        union all

        select
          1,
          owned.ctid,
          false,
          true
        from lastwill.released as entry
        join only public.notes as owned
          on owned.about_id = cast(entry.owner_key as text)
          and owned.about = 'Visit''s'
        where entry.edge = 'visit.notes'
          and entry.due_at <= now()
          and entry.owned_key = ''
          and 'visit' = any(swept)
      ) as found (number, place, waits, stands)
      group by found.number, found.place
    ),
    in_question as materialized (
      select let_go.place
      from let_go
      where let_go.place is not null
      group by let_go.place
    ),
    -- What holds on to them: somebody who stays, for good, or a grace that is not over, until then.
    held (place, until) as (
      select in_question.place, null::timestamptz
      from in_question
      join only public.notes as owned on owned.ctid = in_question.place
      join public.visits as parent on parent.id = lastwill.read_bigint(pg_catalog.to_jsonb(owned.about_id))
      where owned.about = 'Visit''s'
        and owned.about_id operator(pg_catalog.=) parent.id::text
        and (
          parent.tableoid = 'public.visits'::regclass
          and parent.ctid = any(gone_1)
        ) is not true

      union all

      select in_question.place, entry.due_at
      from in_question
      join only public.notes as owned on owned.ctid = in_question.place
      join lastwill.released as entry on entry.owned_key = owned.id::text
      where entry.edge = any(array['visit.notes']::text[])
        and entry.due_at > now()

      union all

      select in_question.place, null::timestamptz
      from in_question
      join only public.notes as owned on owned.ctid = in_question.place
      where (
          (
            owned.about_id is null
            or owned.about operator(pg_catalog.=) any (
              array['Visit''s']::text[]
            )
          )
        ) is not true
    ),
    -- Both brought together by sorting: to join them, nobody could tell the planner how many there are.
    -- A row ends by the last edge that lets go of it.
    fate as (
      select
        fact.number,
        fact.place,
        fact.n,
        fact.waits as waits_here,
        bool_or(fact.waits or fact.until is not null) over same as waits,
        bool_and(fact.stands) over same as stands,
        max(fact.number) filter (where fact.ends) over same as last_number,
        bool_or(fact.is_owned) over same as is_owned,
        max(fact.until) over same as until
      from (
        select
          let_go.number,
          let_go.place,
          let_go.n,
          let_go.waits,
          let_go.stands,
          declared.action <> 'set_null' and not let_go.waits as ends,
          false as is_owned,
          null::timestamptz as until
        from let_go
        join declared on declared.number = let_go.number

        union all

        select null, held.place, null, false, true, false, held.until is null, held.until
        from held
      ) as fact
      window same as (partition by fact.place)
    ),
    seen as (
      select
        fate.number,
        fate.place,
        fate.n,
        fate.waits_here,
        fate.waits,
        fate.stands,
        fate.last_number,
        fate.is_owned,
        fate.until,
        coalesce(lastwill.visit_notes_keeps(owned.*), false) as is_kept,
        owned.id::text as shown
      from fate
      left join only public.notes as owned on owned.ctid = fate.place
      where fate.number is not null
    ),
    told (outcome, action, reason) as (
      values
        ('ends', null, null),
        ('kept', 'keep', 'keep_when holds'),
        ('ended', 'keep', 'it has ended before'),
        ('owned', 'keep', 'another owner has it'),
        ('released', 'release', 'it waits out its grace'),
        ('waits', 'keep', 'it waits out a grace'),
        ('elsewhere', 'unlink', 'it ends by another edge'),
        ('missing', 'unlink', 'there is no such row')
    )
    select
      declared.edge,
      declared.depth,
      coalesce(told.action, declared.action),
      told.reason,
      case when told.outcome = 'ends' and declared.is_decided then backfill end,
      max(
        case told.outcome
          when 'released' then now() + declared.grace
          when 'waits' then seen.until
        end
      ),
      sum(seen.n)::bigint,
      (array_agg(seen.shown order by seen.place) filter (where seen.shown is not null))[:5],
      array_agg(seen.place)
    from seen
    join declared on declared.number = seen.number
    join told
      on told.outcome =
        case
          when seen.place is null then 'missing'
          when declared.action = 'set_null' and not (declared.is_decided and seen.is_kept) then
            case
              when seen.last_number is null
                or seen.is_kept
                or seen.is_owned
                or seen.waits
                or not seen.stands
              then 'ends'
              else 'elsewhere'
            end
          when seen.is_kept then 'kept'
          when not seen.stands then 'ended'
          when seen.is_owned then 'owned'
          when seen.waits_here then 'released'
          when seen.waits then 'waits'
          when seen.last_number <> declared.number then 'elsewhere'
          else 'ends'
        end
    group by declared.number, declared.edge, declared.depth, declared.action, declared.is_decided,
      told.outcome, told.action, told.reason
    order by declared.number, told.outcome
  loop
    blocked_by := nullif(
      concat_ws(
        '; ',
        blocked,
        blocked_by,
        case
          when action in ('delete', 'archive') then
            lastwill.preview_held_by('public.notes', places)
        end
      ),
      ''
    );
    return next;
  end loop;

  -- Rows that are put aside, of owners and of edges.
  action := 'end';
  reason := null;
  for edge, depth, rows, sample, blocked_by, due_at in
    select
      kept.edge,
      place.depth,
      count(*),
      (
        array_agg(kept.key order by kept.next_try, kept.key) filter (
          where kept.edge <> all(array[]::text[])
        )
      )[:5],
      concat('quarantine: ', min(kept.message)),
      min(kept.next_try)
    from lastwill.quarantine as kept
    join (
      values
        ('visit', 0),
        ('visit.notes', 1)
    ) as place (edge, depth) on place.edge = kept.edge
    where kept.owner = any(swept)
      and kept.next_try > now()
    group by kept.edge, place.depth
    order by place.depth, kept.edge
  loop
    return next;
  end loop;
end;
$lastwill$;

revoke all on function lastwill.preview(text, text) from public;

comment on function lastwill.preview(text, text) is
  'What the next sweep would do: select * from lastwill.preview(''session''); Of one owner or of all; with owner_key, what the end of that row would do. It changes nothing. What has a blocked_by does not happen as long as that is so. [lastwill 711634766aa8]';

select pg_catalog.set_config(
  'search_path', pg_catalog.current_setting('lastwill.search_path'), true
);
set local lock_timeout to default;
set local statement_timeout to default;

-- Down Migration

set local lock_timeout = '3s';
set local statement_timeout = '2min';

-- No name below is looked up where anybody but the server's owner may have put an operator or a
-- type of his own.
select pg_catalog.set_config(
  'lastwill.search_path', pg_catalog.current_setting('search_path'), true
);
set local search_path = pg_catalog, pg_temp;

drop function lastwill.preview(text, text);

drop function lastwill.visit_ending(text);

drop function lastwill.preview_held_by(regclass, tid[]);

drop function lastwill.preview_blocked(text);

drop procedure lastwill.release_orphans(text, interval, jsonb);

drop function lastwill.release_orphans_batch(integer, bigint, interval);

drop function lastwill.release_orphans_begin(text, interval);

drop function lastwill.visit_notes_hand_over(tid, tid, interval);

drop function lastwill.why(regclass, text);

drop function lastwill.visit_notes_why(text);

drop view lastwill.status;

drop view lastwill.drift;

drop view lastwill.orphan;

drop view lastwill.owned;

drop view lastwill.owned_tree;

drop view lastwill.edge;

drop function lastwill.resume(text);

drop function lastwill.pause(text, interval);

drop procedure lastwill.sweep(text, integer, boolean);

drop procedure lastwill.sweep_owner(text, integer, boolean);

drop function lastwill.sweep_order(text, integer);

drop function lastwill.sweep_end(bigint);

drop function lastwill.sweep_next(bigint);

drop function lastwill.sweep_batch(text, bigint, integer);

drop function lastwill.sweep_failed(bigint, text, text);

drop function lastwill.sweep_counted(bigint, bigint, bigint);

drop function lastwill.sweep_begin(text, integer, boolean, bigint);

drop function lastwill.sweep_steps(bigint, bigint);

drop function lastwill.sweep_holds(text, bigint, bigint, boolean, boolean);

drop function lastwill.sweep_backlog(text);

drop function lastwill.known_owner(text);

drop view lastwill.sweep_setting;

drop function lastwill.trim_cron_log(timestamptz);

drop function lastwill.sweep_job(text);

drop function lastwill.visit_sweep_batch(bigint, integer);

drop function lastwill.visit_end_rows(bigint, tid[], text[]);

drop function lastwill.visit_due_by_expiry(integer);

drop function lastwill.visit_due_in_heap(bigint, integer);

drop function lastwill.visit_due_again(bigint, integer);

drop sequence lastwill.visit_window;

drop function lastwill.visit_backlog();

drop function lastwill.adopt_visit(bigint, bigint);

-- Takes all locks on tables in use at once, or none. Behind a lock that is waited for everybody
-- else waits too: so each is waited for only a moment, and if one cannot be had all are let go of,
-- and tried again. What follows needs no other lock that anybody could be waiting behind.
do $lastwill$
declare
  give_up_at constant timestamptz := clock_timestamp() + interval '30 seconds';
begin
  loop
    begin
      set local lock_timeout = '200ms';
      lock table lastwill.backfill in access exclusive mode;
      lock table lastwill.hold in access exclusive mode;
      lock table lastwill.outbox in access exclusive mode;
      lock table lastwill.paused in access exclusive mode;
      lock table lastwill.quarantine in access exclusive mode;
      lock table lastwill.released in access exclusive mode;
      lock table lastwill.sweep_run in access exclusive mode;
      lock table lastwill.sweep_step in access exclusive mode;
      lock table lastwill.undecodable in access exclusive mode;
      lock table public.notes in access exclusive mode;
      lock table public.visits in access exclusive mode;
      exit;
    exception
      when lock_not_available then
        if clock_timestamp() > give_up_at then
          raise exception 'lastwill: nothing was changed, for others hold locks on %',
            'lastwill.backfill, lastwill.hold, lastwill.outbox, lastwill.paused, lastwill.quarantine, lastwill.released, lastwill.sweep_run, lastwill.sweep_step, lastwill.undecodable, public.notes, public.visits'
            using
              errcode = 'lock_not_available',
              hint =
                'Run it again when no long transaction uses them: see pg_stat_activity.';
        end if;
    end;

    perform pg_sleep(0.3);
  end loop;

  set local lock_timeout = '3s';
end;
$lastwill$;

drop trigger lastwill_visit_truncated on public.visits;

drop function lastwill.visit_truncated();

drop trigger lastwill_visit_deleted on public.visits;

drop function lastwill.visit_deleted();

drop trigger lastwill_visit_changed on public.visits;

drop function lastwill.visit_changed();

drop trigger lastwill_visit_notes_tied on public.notes;

drop function lastwill.visit_notes_tied();

drop function lastwill.visit_notes_release(bigint[]);

drop function lastwill.visit_notes_end(bigint[]);

drop function lastwill.visit_notes_sweep_batch(bigint, integer);

drop function lastwill.visit_notes_decide(uuid[]);

drop function lastwill.visit_notes_keeps(public.notes);

drop function lastwill.outbox_retry(bigint);

drop function lastwill.outbox_give_back(bigint[]);

drop function lastwill.outbox_failed(bigint, integer, text, interval, integer);

drop function lastwill.outbox_done(bigint[]);

drop function lastwill.outbox_take(integer, interval, integer, text[]);

drop trigger outbox_notify on lastwill.outbox;

drop function lastwill.outbox_notify();

drop table lastwill.outbox;

drop function lastwill.read_bigint(jsonb);

drop function lastwill.decode_json(text);

drop function lastwill.note_undecodable(text, text[], jsonb[]);

drop function lastwill.quarantine_row(text, text, text, text, text);

drop table lastwill.paused;

drop table lastwill.backfill;

drop table lastwill.undecodable;

drop table lastwill.quarantine;

drop table lastwill.hold;

drop table lastwill.sweep_step;

drop table lastwill.sweep_run;

drop table lastwill.released;

drop schema lastwill;

select pg_catalog.set_config(
  'search_path', pg_catalog.current_setting('lastwill.search_path'), true
);
set local lock_timeout to default;
set local statement_timeout to default;
