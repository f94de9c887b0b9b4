-- What waits, is put aside or is still to be told goes on under the edge's new name.
update lastwill.released
set edge = :'now'
where edge = :'was';

update lastwill.quarantine
set edge = :'now'
where edge = :'was';

update lastwill.outbox
set edge = :'now'
where edge = :'was';

update lastwill.sweep_step
set step = :'now'
where step = :'was';
