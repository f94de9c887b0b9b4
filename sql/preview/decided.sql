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
in_question as materialized (
  select let_go.place
  from let_go
  where let_go.place is not null
  group by let_go.place
),
-- What holds on to them: somebody who stays, for good, or a grace that is not over, until then.
held (place, until) as (
  :{held}
),
-- Both brought together by sorting: to join them, nobody could tell the planner how many there are.
-- A row ends by the last edge that lets go of it.
fate as (
  select
    fact.number,
    fact.place,
    fact.n,
    fact.waits as waits_here,
    bool_or(fact.waits or fact.until is not null) over same as waits,
    bool_and(fact.stands) over same as stands,
    max(fact.number) filter (where fact.ends) over same as last_number,
    bool_or(fact.is_owned) over same as is_owned,
    max(fact.until) over same as until
  from (
    select
      let_go.number,
      let_go.place,
      let_go.n,
      let_go.waits,
      let_go.stands,
      declared.action <> 'set_null' and not let_go.waits as ends,
      false as is_owned,
      null::timestamptz as until
    from let_go
    join declared on declared.number = let_go.number

    union all

    select null, held.place, null, false, true, false, held.until is null, held.until
    from held
  ) as fact
  window same as (partition by fact.place)
),
seen as (
  select
    fate.number,
    fate.place,
    fate.n,
    fate.waits_here,
    fate.waits,
    fate.stands,
    fate.last_number,
    fate.is_owned,
    fate.until,
    :{kept} as is_kept,
    :{shown} as shown
  from fate
  left join only :"owned" as owned on owned.ctid = fate.place
  where fate.number is not null
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
      when 'waits' then seen.until
    end
  ),
  sum(seen.n)::bigint,
  (array_agg(seen.shown order by seen.place) filter (where seen.shown is not null))[:5],
  array_agg(seen.place)
from seen
join declared on declared.number = seen.number
join told
  on told.outcome =
    case
      when seen.place is null then 'missing'
      when declared.action = 'set_null' and not (declared.is_decided and seen.is_kept) then
        case
          when seen.last_number is null
            or seen.is_kept
            or seen.is_owned
            or seen.waits
            or not seen.stands
          then 'ends'
          else 'elsewhere'
        end
      when seen.is_kept then 'kept'
      when not seen.stands then 'ended'
      when seen.is_owned then 'owned'
      when seen.waits_here then 'released'
      when seen.waits then 'waits'
      when seen.last_number <> declared.number then 'elsewhere'
      else 'ends'
    end
group by declared.number, declared.edge, declared.depth, declared.action, declared.is_decided,
  told.outcome, told.action, told.reason
order by declared.number, told.outcome
