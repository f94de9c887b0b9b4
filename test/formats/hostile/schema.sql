create schema "SQL";

create table "SQL"."-- +goose Down" (
  id integer primary key,
  "--> statement-breakpoint" json,
  "-- migrate:down" timestamptz not null
);

create table "say ""#{x}"" 'it' `b` ${c} \n" (
  id integer primary key,
  "--> statement-breakpoint" integer references "SQL"."-- +goose Down"
);

create table "SQL" (
  "x --> statement-breakpoint" text primary key
);
