select in_question.place, null::timestamptz
from in_question
join only :"owned" as owned on owned.ctid = in_question.place
where (
    :{ours}
  ) is not true
