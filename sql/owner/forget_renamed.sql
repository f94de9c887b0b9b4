delete from lastwill.undecodable as noted
where noted.owner = :'owner'
  and noted.owner_key = :{key}::text;
