-- The sweep goes on under the owner's new name: its log, and what it has put aside.
update lastwill.quarantine
set
  owner = :'now',
  edge = case edge when :'was' then :'now' else edge end
where owner = :'was';

update lastwill.undecodable
set owner = :'now'
where owner = :'was';

update lastwill.paused
set owner = :'now'
where owner = :'was';

update lastwill.hold
set owner = :'now'
where owner = :'was';

update lastwill.sweep_run
set owner = :'now'
where owner = :'was';

update lastwill.sweep_step
set step = :'now'
where step = :'was';
