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
  :'comment';
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
