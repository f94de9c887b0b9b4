-- Rows of data edges that no owner names and that wait for no sweep: left from before
-- pg-lastwill, or made by an application that has not yet named them, or never did.
create view lastwill.orphan as
:{tables};

revoke all on table lastwill.orphan from public;

comment on view lastwill.orphan is
  :'comment';
