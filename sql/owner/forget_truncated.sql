delete from lastwill.undecodable as noted
where noted.owner = :'owner';
