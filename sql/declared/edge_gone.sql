-- What the edge had released is not ended any more: those rows stay.
delete from lastwill.released
where edge = :'edge';

delete from lastwill.quarantine
where edge = :'edge';
