create table baskets (
  id uuid primary key,
  photo_ids bigint[],
  cover_id bigint,
  updated_at timestamptz not null
);
create table photos (
  id bigint primary key
);
