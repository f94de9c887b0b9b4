-- Numbers the windows of 128 pages of :"table" that the workers of a sweep take: who draws a
-- number has that window to himself, and nobody waits for anybody.
create sequence lastwill.:"window" cache 1;

revoke all on sequence lastwill.:"window" from public;

comment on sequence lastwill.:"window" is
  :'comment';
