-- From here on until the backfill has come to its end nobody knows who names a row, and none that
-- one owner lets go of ends: others may name it since before the triggers were there.
insert into lastwill.backfill as begun (name)
values (:'procedure')
on conflict (name) do update
set last_key = null, begun_at = now();
