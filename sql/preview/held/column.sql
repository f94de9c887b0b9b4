select in_question.place, null::timestamptz
from in_question
join only :"owned" as owned on owned.ctid = in_question.place
left join only :"parent" as parent on :{pairs}
where :{names_somebody}
  and (parent.ctid = any(:"gone")) is not true
