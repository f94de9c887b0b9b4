-- What pg-lastwill keeps lives in this schema, apart from the foreign keys, indexes and triggers
-- that stand on your own tables, all of them named lastwill_…; a trigger that has to fire before
-- foreign keys do is named "Lastwill_…".
create schema lastwill;

revoke all on schema lastwill from public;

comment on schema lastwill is
  :'comment';
