-- Looking round must not be felt: nothing is written, no question takes long, and none waits.
set default_transaction_read_only = on;
set statement_timeout = '5s';
set lock_timeout = '1s'
