-- The table is made anew below; its rows are kept meanwhile.
lock table :{table} in access exclusive mode;
create temporary table lastwill_rows on commit drop as
select :{columns}
from :{table};
