select in_question.place, null::timestamptz
from in_question
join only :"owned" as owned on owned.ctid = in_question.place
join :"parent" as parent on parent.:"parent_key" = :{parent_key_of_owned}
where owned.:"type_column" = :'type'
  :{exactly}
  and (
    parent.tableoid = :'parent_text'::regclass
    and parent.ctid = any(:"gone")
  ) is not true
