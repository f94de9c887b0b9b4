-- The owner is swept no more.
delete from lastwill.quarantine
where owner = :'owner';

delete from lastwill.undecodable
where owner = :'owner';

delete from lastwill.paused
where owner = :'owner';

delete from lastwill.hold
where owner = :'owner';
