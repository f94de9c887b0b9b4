-- Rows that ended and are kept, as they were. It has the columns of :"owned"; those that the
-- table is given later are added by a later migration, and until then kept in later_columns.
create schema if not exists :"schema";

create table if not exists :"archive" (
  like :"owned",
  archived_at timestamptz not null default now(),
  later_columns jsonb
);

comment on table :"archive" is
  :'comment';
