-- Rows of data edges that no owner names and that wait for no sweep: left from before
-- pg-lastwill, or made by an application that has not yet named them, or never did.
create view lastwill.orphan as
:{tables};

revoke all on table lastwill.orphan from public;

comment on view lastwill.orphan is
  :'comment';
comment on column lastwill.orphan.edge is 'The edge that would tie the row: owner, dot, edge name.';
comment on column lastwill.orphan.owned is 'The table of the row.';
comment on column lastwill.orphan.owned_key is 'The key of the row, as text.';
