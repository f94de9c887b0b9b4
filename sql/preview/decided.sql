with declared (number, edge, depth, action, grace, is_decided) as (
  values
    :{declared}
),
-- What each edge lets go of, and whether it waits out a grace. A place is null where a row is named
-- that is not there.
let_go as materialized (
  select
    found.number,
    found.place,
    bool_or(found.waits) as waits,
    bool_and(found.stands) as stands,
    case when found.place is null then count(*) else 1 end as n
  from (
    :{let_go}
  ) as found (number, place, waits, stands)
  group by found.number, found.place
),
-- The same by rows: a row ends by the last edge that lets go of it.
in_question as materialized (
  select
    let_go.place,
    bool_or(let_go.waits) as waits,
    bool_and(let_go.stands) as stands,
    max(let_go.number) filter (
      where declared.action <> 'set_null'
        and not let_go.waits
    ) as last_number
  from let_go
  join declared on declared.number = let_go.number
  where let_go.place is not null
  group by let_go.place
),
-- What holds on to them: somebody who stays, for good, or a grace that is not over, until then.
held as (
  select held.place, bool_or(held.until is null) as is_owned, max(held.until) as until
  from (
    :{held}
  ) as held (place, until)
  group by held.place
),
fate as (
  select
    in_question.place,
    in_question.waits or held.until is not null as waits,
    in_question.stands,
    in_question.last_number,
    held.is_owned is true as is_owned,
    held.until,
    :{kept} as is_kept,
    :{shown} as shown
  from in_question
  join only :"owned" as owned on owned.ctid = in_question.place
  left join held on held.place = in_question.place
),
told (outcome, action, reason) as (
  values
    ('ends', null, null),
    ('kept', 'keep', :'why_kept'),
    ('ended', 'keep', 'it has ended before'),
    ('owned', 'keep', 'another owner has it'),
    ('released', 'release', 'it waits out its grace'),
    ('waits', 'keep', 'it waits out a grace'),
    ('elsewhere', 'unlink', 'it ends by another edge'),
    ('missing', 'unlink', 'there is no such row')
)
select
  declared.edge,
  declared.depth,
  coalesce(told.action, declared.action),
  told.reason,
  case when told.outcome = 'ends' and declared.is_decided then backfill end,
  max(
    case told.outcome
      when 'released' then now() + declared.grace
      when 'waits' then fate.until
    end
  ),
  sum(let_go.n)::bigint,
  (array_agg(fate.shown order by fate.place) filter (where fate.shown is not null))[:5],
  array_agg(let_go.place)
from let_go
join declared on declared.number = let_go.number
left join fate on fate.place = let_go.place
join told
  on told.outcome =
    case
      when let_go.place is null then 'missing'
      when declared.action = 'set_null' and not (declared.is_decided and fate.is_kept) then
        case
          when fate.last_number is null
            or fate.is_kept
            or fate.is_owned
            or fate.waits
            or not fate.stands
          then 'ends'
          else 'elsewhere'
        end
      when fate.is_kept then 'kept'
      when not fate.stands then 'ended'
      when fate.is_owned then 'owned'
      when let_go.waits then 'released'
      when fate.waits then 'waits'
      when fate.last_number <> declared.number then 'elsewhere'
      else 'ends'
    end
group by declared.number, declared.edge, declared.depth, declared.action, declared.is_decided,
  told.outcome, told.action, told.reason
order by declared.number, told.outcome
