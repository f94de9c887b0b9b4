-- There is nothing left to tie.
delete from lastwill.backfill as begun
where begun.name = :'procedure';
