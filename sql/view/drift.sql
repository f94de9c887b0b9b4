-- Where links and what owners name are not the same: something was written while triggers were off,
-- or was named before a guard held. As long as there is any, lastwill.release_orphans refuses: what
-- is named would look like an orphan.
create view lastwill.drift as
:{edges};

revoke all on table lastwill.drift from public;

comment on view lastwill.drift is
  :'comment';
comment on column lastwill.drift.edge is 'The edge: owner, dot, edge name.';
comment on column lastwill.drift.drift is
  'unlinked: an owner names the row, and no link says so; ownerless: the owner of a link is gone.';
comment on column lastwill.drift.owner_key is
  'The key of the owner, or of the row that names, as text.';
comment on column lastwill.drift.owned_key is 'The key of the row that is named, as text.';
comment on column lastwill.drift.mend is
  'The statement that ties anew, to be run by the role that migrates.';
