select orphan.owned_key
from lastwill.orphan as orphan
where orphan.edge = $1
limit 5
