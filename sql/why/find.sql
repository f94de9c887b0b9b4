if not is_there then
  begin
    asked := jsonb_populate_record(
      cast(null as :"owned"),
      jsonb_build_object(
        :{values}
      )
    );

    select (owned).*
    into this
    from :"owned" as owned
    where :{is_it};

    if found then
      is_there := true;
      asked := this;
    end if;
  exception
    -- No key of this table looks so.
    when data_exception then
      null;
  end;
end if;
