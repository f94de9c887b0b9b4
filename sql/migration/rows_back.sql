insert into :{table} (:{columns})
:{overriding}
select :{columns}
from pg_temp.lastwill_rows;
:{sequence}
drop table pg_temp.lastwill_rows;
