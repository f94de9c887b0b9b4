-- Rows that ended and are kept, as they were. It has the columns of :"owned"; those that the
-- table is given later are added by a later migration, and until then kept in later_columns.
do $lastwill$
begin
  if not exists (select from pg_catalog.pg_namespace where nspname = :'schema') then
    create schema :"schema";
    comment on schema :"schema" is
      'Made for archives by pg-lastwill.';
  end if;
end;
$lastwill$;

create table if not exists :"archive" (
  like :"owned",
  archived_at timestamptz not null default now(),
  later_columns jsonb
);

comment on table :"archive" is
  :'comment';
