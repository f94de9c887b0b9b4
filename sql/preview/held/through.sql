select in_question.place, null::timestamptz
from in_question
join only :"owned" as owned on owned.ctid = in_question.place
join :"join" as tie on tie.:"to_owned" = owned.:"key"
left join only :"parent" as parent on parent.:"parent_key" = tie.:"to_parent"
where tie.:"to_parent" is not null
  and (parent.ctid = any(:"gone")) is not true
