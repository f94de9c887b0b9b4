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
    :{settings}
) as setting (owner, steps, budget, workers, hold_over, log_days);

revoke all on table lastwill.sweep_setting from public;

comment on view lastwill.sweep_setting is
  :'comment';
comment on column lastwill.sweep_setting.owner is 'The owner''s name in the manifest.';
comment on column lastwill.sweep_setting.steps is
  'What a run works at in turns: the owner''s expired rows, the released rows of each edge.';
comment on column lastwill.sweep_setting.budget is 'How long a run may take.';
comment on column lastwill.sweep_setting.workers is
  'How many sweep at once when there is a backlog.';
comment on column lastwill.sweep_setting.hold_over is
  'The sweep holds when a larger share of the rows (0 to 1) than this is due at once.';
comment on column lastwill.sweep_setting.log_days is 'For how many days a run stays in the log.';
