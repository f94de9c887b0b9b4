create schema "select";

create table "select"."-- Down Migration" (
  id integer primary key,
  U&"Key Of\000aTwo Lines" text not null unique,
  "$lastwill$" json,
  "it's over" timestamp,
  "end" timestamptz
);

create table "Table" (
  id integer primary key,
  "by ""whom""" varchar
);

create table "Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat" (
  id integer primary key,
  "order" bigint
);

create table "-- Down Migration" (
  "$lastwill$ ${key}" uuid primary key
);
