-- What was archived is not thrown away with the machine: the table goes only when it is empty.
do $lastwill$
begin
  if not exists (select from :"archive") then
    drop table :"archive";
  end if;
end;
$lastwill$;
