-- From when to when the log of the sweep reaches: an hour at least, so that a span has some length.
select
  least(min(run.started_at), now() - interval '1 hour') as begun_at,
  now() as ended_at
from lastwill.sweep_run as run
