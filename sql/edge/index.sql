-- :{sentence}
create index concurrently :"index" on :"table" (:{columns});
