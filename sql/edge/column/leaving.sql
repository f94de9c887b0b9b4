insert into lastwill.released (edge, owned_key, owner_key, due_at)
select :'edge', owned.:"key"::text, :{old_key}::text, now() + interval :'grace'
from :"owned" as owned
where owned.:"by" = :{old_key};
