select in_question.place, null::timestamptz
from in_question
join only :"owned" as owned on owned.ctid = in_question.place
join lastwill.:"link" as link on link.owned_key = owned.:"key"
left join only :"parent" as parent on parent.:"parent_key" = link.owner_key
where (parent.ctid = any(:"gone")) is not true
