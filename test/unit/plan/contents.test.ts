import { expect, test } from "vitest";
import { contentsOf } from "../../../src/plan/contents.ts";
import { diff } from "../../../src/plan/diff.ts";
import { sql, thing } from "./things.ts";

const table = thing("table lastwill.released");
const trigger = thing("trigger lastwill_session_deleted on public.session", { replaces: true });
const key = thing("foreign key lastwill_session_carts_fkey on public.carts");

test("what stands on people's tables is named, and what is in schema lastwill is counted", () => {
  const ours = thing("trigger outbox_notify on lastwill.outbox");
  const fn = thing("function lastwill.sweep_next(bigint)");
  expect(contentsOf(diff([], [table, fn, trigger, key, ours]))).toEqual({
    made: [trigger.id, key.id],
    renamed: [],
    taken: [],
    inSchema: "1 table, 1 function",
  });
});

test("what is made anew is not told as taken away, and what goes for good is", () => {
  const now = { ...key, create: [sql("alter table public.carts add constraint another;")] };
  expect(contentsOf(diff([table, trigger, key], [table, now]))).toEqual({
    made: [key.id],
    renamed: [],
    taken: [trigger.id],
    inSchema: "",
  });
});

test("other words about a thing do not make it", () => {
  const about = (words: string) =>
    thing(trigger.id, {
      replaces: true,
      create: [sql(`create trigger t;\n\ncomment on trigger t on session is '${words}';`)],
    });
  const steps = diff([about("old")], [about("new")]);
  expect(steps).toHaveLength(1);
  expect(contentsOf(steps)).toEqual({ made: [], renamed: [], taken: [], inSchema: "" });
});

test("what gets another name is told by that", () => {
  const now = thing(key.id, {
    create: [sql("alter table public.carts\n  rename constraint lastwill_a to lastwill_b;")],
  });
  expect(contentsOf(diff([], [now]))).toEqual({
    made: [],
    renamed: [key.id],
    taken: [],
    inSchema: "",
  });
});
