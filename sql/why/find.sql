if not is_there then
  begin
    :{read}

    select (owned).*
    into this
    from :"owned" as owned
    where :{is_it};

    is_there := found;
  exception
    -- No key of this table looks so.
    when data_exception then
      null;
  end;
end if;
