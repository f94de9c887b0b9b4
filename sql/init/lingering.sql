-- Whether a row names one that is not there. A foreign key would not bear it.
select exists (
  select from only :"table" as owned
  where owned.:"column" is not null
    and not exists (
      select from only :"referenced" as referenced
      where referenced.:"key" = owned.:"column"
    )
) as lingering
