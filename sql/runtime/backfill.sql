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
  :'comment';
comment on column lastwill.backfill.name is
  'The procedure that was called, and is to be called again: call lastwill.<name>();';
comment on column lastwill.backfill.last_key is
  'The key up to which owners have been looked at; null at the beginning. A secret.';
comment on column lastwill.backfill.begun_at is
  'When it was called first, or was called to begin anew.';
