-- Nothing here makes others wait for it, so it may itself wait for old transactions to end.
set lock_timeout = 0;
