-- How each owner stands, in one row.
create view lastwill.status as
:{owners};

revoke all on table lastwill.status from public;

comment on view lastwill.status is
  :'comment';
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
