-- The edge goes, its rows stay: what it had released is not ended any more.
delete from lastwill.released
where edge = :'edge';

delete from lastwill.quarantine
where edge = :'edge';
