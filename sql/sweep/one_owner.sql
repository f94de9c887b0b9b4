if owner is null or owner = :'owner' then
  call lastwill.sweep_owner(
    :'owner',
    steps => :{steps},
    budget => :'budget',
    log_days => :{log_days}
  );
end if;
