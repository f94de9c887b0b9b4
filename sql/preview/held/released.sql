select in_question.place, entry.due_at
from in_question
join only :"owned" as owned on owned.ctid = in_question.place
join lastwill.released as entry on entry.owned_key = owned.:"key"::text
where entry.edge = any(:{edges})
  and entry.due_at > now()
