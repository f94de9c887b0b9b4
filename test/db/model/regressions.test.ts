import { describe, test } from "vitest";
import { withInstalled } from "../../support/installed.ts";
import { blank, type Command } from "./commands.ts";
import { type Edge, edge, type Setup } from "./edges.ts";
import { manifestText, schemaText } from "./manifests.ts";
import { play, stage } from "./play.ts";
import type { Key, Row } from "./state.ts";

/** Makes commands of rows in which only what matters is said. */
interface Author {
  readonly make: (table: string, key: number, row?: Row) => Command;
  readonly write: (table: string, key: Key, row?: Row) => Command;
}

/** Plays commands against a manifest, and compares with the model after each. */
function replay(edges: readonly Edge[], script: (author: Author) => readonly Command[]) {
  const setup: Setup = { data: "json", edges };
  const filled = (table: string, row: Row) => ({ ...blank(setup, table), tenant: 1, ...row });
  const commands = script({
    make: (table, key, row = {}) => ({ do: "make", table, key, row: filled(table, row) }),
    write: (table, key, row = {}) => ({
      do: "write",
      table,
      key,
      row: filled(table, row),
      upsert: false,
    }),
  });
  return () =>
    withInstalled({ schema: schemaText(setup), manifest: manifestText(setup) }, async (db) =>
      play(await stage(db, setup), commands),
    );
}

const change = (table: string, key: Key, set: Row): Command => ({ do: "change", table, key, set });
const remove = (table: string, ...keys: Key[]): Command => ({ do: "delete", table, keys });
const SETTLE: readonly Command[] = [{ do: "pass" }, { do: "sweep" }];

describe("what the model has found stays mended", () => {
  const listed = edge({ name: "e0", table: "c", tie: "list", grace: false });
  const waiting = edge({ name: "e1", table: "c", tie: "polymorphic", grace: true });

  test(
    "a row that one edge releases does not end in the same statement by another that has no grace",
    replay([listed, waiting], ({ make, write }) => [
      make("c", 1, { whose: "s1", kind: "session" }),
      write("session", "s1", { data: { e0: [1] } }),
      remove("session", "s1"),
      ...SETTLE,
    ]),
  );

  test(
    "nor when the owner that ends it had expired, and the one that releases it had not",
    replay([listed, waiting], ({ make, write }) => [
      write("session", "s2"),
      make("c", 1, { whose: "s2", kind: "session" }),
      write("session", "s1", { data: { e0: [1] }, expired: true }),
      remove("session", "s1", "s2"),
      ...SETTLE,
    ]),
  );

  test(
    "nor by TRUNCATE",
    replay([listed, waiting], ({ make, write }) => [
      write("session", "s3", { data: { e0: [3] } }),
      make("c", 3, { whose: "s3", kind: "session" }),
      { do: "truncate", table: "session" },
      ...SETTLE,
    ]),
  );

  const graced = edge({ name: "e0", table: "a", tie: "column", grace: true });

  test(
    "a row whose column is set again, and then emptied by the application, is nobody's",
    replay([graced], ({ make, write }) => [
      write("session", "s1"),
      make("a", 1, { e0: "s1" }),
      remove("session", "s1"),
      write("session", "s2"),
      change("a", 1, { e0: "s2" }),
      change("a", 1, { e0: null }),
      ...SETTLE,
    ]),
  );

  test(
    "a row whose column is set again does not wait for its former owner when its new one expires",
    replay([graced], ({ make, write }) => [
      write("session", "s1"),
      make("a", 1, { e0: "s1" }),
      remove("session", "s1"),
      write("session", "s2", { expired: true }),
      change("a", 1, { e0: "s2" }),
      { do: "sweep" },
    ]),
  );

  test(
    "nor does one whose polymorphic column is",
    replay([edge({ ...waiting, name: "e0" })], ({ make, write }) => [
      write("session", "s1"),
      make("c", 1, { whose: "s1", kind: "session" }),
      remove("session", "s1"),
      write("session", "s2", { expired: true }),
      change("c", 1, { whose: "s2", kind: "session" }),
      { do: "sweep" },
    ]),
  );

  test(
    "nor does one that a row of the join table ties again",
    replay([edge({ name: "e0", table: "b", tie: "through" })], ({ make, write }) => [
      make("b", 1),
      write("session", "s1"),
      { do: "join", edge: "e0", owner: "s1", owned: 1 },
      remove("session", "s1"),
      write("session", "s2", { expired: true }),
      { do: "join", edge: "e0", owner: "s2", owned: 1 },
      { do: "sweep" },
    ]),
  );

  test(
    "a row that another edge released is taken back by a column that is only set null",
    replay(
      [
        edge({ name: "e0", table: "a", tie: "pointer" }),
        edge({ name: "e1", table: "a", tie: "column", policy: "set_null" }),
      ],
      ({ make, write }) => [
        make("a", 1),
        write("session", "s1", { e0: 1 }),
        write("session", "s1"),
        change("a", 1, { e1: "s1" }),
        change("a", 1, { e1: null }),
        ...SETTLE,
      ],
    ),
  );

  test(
    "what is claimed for one owner keeps its claim when it is claimed for another",
    replay([edge({ ...graced, claim: true })], ({ make, write }) => [
      write("session", "s1"),
      make("a", 1, { e0: "s1" }),
      { do: "claim", table: "session", key: "s1", value: 7 },
      change("a", 1, { e0: "s1" }),
      { do: "claim", table: "session", key: "s1", value: 8 },
    ]),
  );

  test(
    "a pointer that moves from one column to another, whichever comes first, keeps no row waiting",
    replay(
      [
        edge({ name: "e0", table: "a", tie: "pointer", grace: true }),
        edge({ name: "e1", table: "a", tie: "array", grace: false }),
        edge({ name: "e2", table: "b", tie: "pointer", grace: false }),
        edge({ name: "e3", table: "b", tie: "array", grace: true }),
      ],
      ({ make, write }) => [
        make("a", 1),
        make("b", 1),
        write("session", "s1", { e0: 1, e3: [1] }),
        write("session", "s1", { e1: [1], e2: 1 }),
        remove("session", "s1"),
      ],
    ),
  );

  test(
    "a row that ended, or that another edge has, does not wait for the owner of a join row that is gone",
    replay(
      [
        edge({
          name: "e0",
          table: "b",
          tie: "through",
          policy: "soft_delete",
          keepWhen: true,
          grace: false,
        }),
        edge({ name: "e1", table: "c", tie: "through", grace: true }),
        edge({ name: "e2", table: "c", tie: "pointer", grace: true }),
      ],
      ({ make, write }) => [
        make("b", 1),
        make("b", 2, { kept: true }),
        make("c", 3),
        write("session", "s1", { expired: true }),
        { do: "join", edge: "e0", owner: "s1", owned: 1 },
        { do: "join", edge: "e0", owner: "s1", owned: 2 },
        { do: "join", edge: "e1", owner: "s1", owned: 3 },
        write("session", "s2", { e2: 3 }),
        remove("session", "s1"),
        // Who adopts what waits finds nothing.
        { do: "adopt", table: "session", from: "s1", to: "s2" },
      ],
    ),
  );

  test(
    "under set_null a polymorphic row names nobody any more, though another edge has it",
    replay(
      [
        edge({ name: "e0", table: "c", tie: "polymorphic", policy: "set_null" }),
        edge({ name: "e1", table: "c", tie: "pointer" }),
      ],
      ({ make, write }) => [
        make("c", 1, { whose: "s1", kind: "session" }),
        write("session", "s1", { e1: 1 }),
        remove("session", "s1"),
        ...SETTLE,
      ],
    ),
  );

  test(
    "two edges over one table share its archive",
    replay(
      [
        edge({ name: "e0", table: "a", tie: "list", policy: "archive" }),
        edge({ name: "e1", table: "a", tie: "column", policy: "archive", grace: true }),
      ],
      ({ make, write }) => [
        write("session", "s1", { data: { e0: [1] }, expired: true }),
        make("a", 1),
        make("a", 2, { e1: "s1" }),
        { do: "sweep" },
      ],
    ),
  );
});
