-- Looking round must not be felt: it writes nothing, takes no long time and waits for nobody. The
-- settings go with the transaction, for a pooler may hand the connection on to the application.
begin read only;
set local statement_timeout = '5s';
set local lock_timeout = '1s';
