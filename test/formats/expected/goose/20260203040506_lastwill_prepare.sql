-- +goose NO TRANSACTION
-- Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
-- manifest and generate again.
--
-- Runs outside a transaction, for what can be made without stopping writes only there.
--
-- Makes on your tables:
-- - index public.lastwill_visit_carts_idx
--
-- Hazards:
-- - reads all of public.carts to build an index; writes go on meanwhile

-- +goose Up
-- +goose StatementBegin
-- Nothing here makes others wait for it, so it may itself wait for old transactions to end.
set lock_timeout = 0;
-- +goose StatementEnd

-- +goose StatementBegin
-- A large table takes its time.
set statement_timeout = 0;
-- +goose StatementEnd

-- +goose StatementBegin
drop index concurrently if exists public.lastwill_visit_carts_idx;
-- +goose StatementEnd

-- +goose StatementBegin
-- Without it every row that ends would have all of its table searched for what it owns.
create index concurrently lastwill_visit_carts_idx on public.carts (visit_id);
-- +goose StatementEnd

-- +goose StatementBegin
comment on index public.lastwill_visit_carts_idx is
  'Finds the carts of one visit_id when that ends. [lastwill 409f67ad9da9]';
-- +goose StatementEnd

-- +goose StatementBegin
reset statement_timeout;
-- +goose StatementEnd

-- +goose StatementBegin
reset lock_timeout;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
-- Nothing here makes others wait for it, so it may itself wait for old transactions to end.
set lock_timeout = 0;
-- +goose StatementEnd

-- +goose StatementBegin
-- A large table takes its time.
set statement_timeout = 0;
-- +goose StatementEnd

-- +goose StatementBegin
alter table public.carts
  validate constraint carts_visit_id_fkey;
-- +goose StatementEnd

-- +goose StatementBegin
drop index concurrently if exists public.lastwill_visit_carts_idx;
-- +goose StatementEnd

-- +goose StatementBegin
reset statement_timeout;
-- +goose StatementEnd

-- +goose StatementBegin
reset lock_timeout;
-- +goose StatementEnd
