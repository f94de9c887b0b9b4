import fc from "fast-check";
import { blank, type Command } from "./commands.ts";
import { isPointing, type Setup } from "./edges.ts";
import type { Key, Row } from "./state.ts";

/** In which order a store gives a session another key, and how the application takes its rows along. */
interface Way {
  readonly order: "delete first" | "insert first" | "old row stays" | "same row emptied";
  readonly rows: "adopted" | "claimed before" | "claimed after" | "left";
}

export const anyWay: fc.Arbitrary<Way> = fc.record({
  order: fc.constantFrom<Way["order"][]>(
    "delete first",
    "delete first",
    "insert first",
    "old row stays",
    "same row emptied",
  ),
  rows: fc.constantFrom<Way["rows"][]>(
    "adopted",
    "adopted",
    "claimed before",
    "claimed after",
    "left",
  ),
});

interface Login {
  readonly setup: Setup;
  readonly from: Key;
  readonly to: Key;
  /** What the session names, before and after. */
  readonly row: Row;
  /** The owned rows that it has by other ties. */
  readonly id: number;
}

/** A session that has rows in every way there is, and is given another key. */
export function loginBy({ order, rows }: Way, login: Login): Command {
  const { setup, from, to } = login;
  const row: Row = { ...login.row, expired: false };
  const nothing = { ...blank(setup, "session"), tenant: row["tenant"] };
  const write = (key: Key, row: Row): Command => ({
    do: "write",
    table: "session",
    key,
    row,
    upsert: true,
  });
  const remove: Command = { do: "delete", table: "session", keys: [from] };
  const claim: Command = { do: "claim", table: "session", key: from, value: 7 };
  const adopt: Command = { do: "adopt", table: "session", from, to };
  const rotation = {
    "delete first": [remove, write(to, row)],
    "insert first": [write(to, nothing), remove, write(to, row)],
    "old row stays": [write(to, row)],
    "same row emptied": [write(from, nothing), write(from, row)],
  }[order];
  return {
    do: "series",
    commands: [
      write(from, row),
      ...holding(login),
      ...(rows === "claimed before" ? [claim] : []),
      ...rotation,
      ...(rows === "adopted" ? [adopt] : []),
      ...(rows === "claimed after" ? [claim] : []),
    ],
  };
}

/** Ties a row of each table to the session. */
function holding({ setup, from, id }: Login): Command[] {
  return setup.edges
    .filter((edge) => edge.on === "session" && !isPointing(edge))
    .flatMap(({ name, tie, table }): Command[] => {
      if (tie === "through") return [{ do: "join", edge: name, owner: from, owned: id }];
      const set: Row = tie === "column" ? { [name]: from } : { whose: from, kind: "session" };
      return [
        { do: "make", table, key: id, row: { ...blank(setup, table), tenant: 1 } },
        { do: "change", table, key: id, set },
      ];
    });
}
