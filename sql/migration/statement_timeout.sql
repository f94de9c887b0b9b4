-- A large table takes its time.
set statement_timeout = 0;
