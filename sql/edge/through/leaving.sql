insert into lastwill.released (edge, owned_key, owner_key, due_at)
select :'edge', tie.:"to_owned"::text, :{old_key}::text, now() + interval :'grace'
from :"join" as tie
where tie.:"to_parent" = :{old_key}
  and tie.:"to_owned" is not null;
