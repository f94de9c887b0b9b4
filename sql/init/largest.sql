-- The largest number of a column: its magnitude tells seconds from milliseconds.
select max(:"column")::float8 as largest
from only :"table"
