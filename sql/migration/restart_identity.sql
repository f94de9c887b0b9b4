select pg_catalog.setval(
  pg_catalog.pg_get_serial_sequence(:'table_text', :'column_text'), max(:{column})
)
from :{table}
having max(:{column}) is not null;
