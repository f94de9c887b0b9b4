import { expect, test } from "vitest";
import { toldAs } from "../../../src/plan/comments.ts";
import { sql, thing } from "./things.ts";

const view = (...comments: string[]) =>
  thing("view lastwill.v", { create: [sql(["create view lastwill.v;", ...comments].join("\n"))] });

test("an object takes over the comments of a former one by what they are about", () => {
  const now = view(
    "comment on view lastwill.v is\n  'New words.';",
    "comment on column lastwill.v.a is 'More.';",
    "comment on column lastwill.v.b is 'New b.';",
  );
  const former = view(
    "comment on view lastwill.v is 'Old words.';",
    "comment on column lastwill.v.b is 'Old b.';",
  );
  expect(toldAs(now, former)).toEqual([
    [
      "create view lastwill.v;",
      "comment on view lastwill.v is\n  'Old words.';",
      "comment on column lastwill.v.a is 'More.';",
      "comment on column lastwill.v.b is 'Old b.';",
    ].join("\n"),
  ]);
});

test("the only comment is taken over on a table of another name too", () => {
  const on = (table: string, words: string) =>
    thing(`trigger t on ${table}`, {
      create: [sql(`comment on trigger t on ${table} is '${words}';`)],
    });
  expect(toldAs(on("public.new", "new"), on("public.old", "old"))).toEqual([
    "comment on trigger t on public.new is 'old';",
  ]);
});
