:{names_somebody}
  and not exists (
    select
    from only :"parent" as parent
    where :{is_parent}
  )
