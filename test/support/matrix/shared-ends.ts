import { DELETED, ENDS, type Fates, LIVES, left, SWEPT, WAITS } from "./fates.ts";
import type { Kind, World } from "./world.ts";

/** What can happen to one owner of a row, or to both. */
export interface SharedEnd {
  readonly name: string;
  /** Of rows that one owner ties twice, or that two owners tie. */
  readonly owners: "same" | "other" | "any";
  readonly act: (world: World, n: number, ids: readonly number[]) => readonly string[];
  readonly fates: (kind: Kind) => Fates;
}

const kill = (table: string, n: number) => `delete from ${table} where number = ${n}`;
const expire = (table: string, n: number) =>
  `update ${table} set expires_at = now() - interval '1 hour' where number = ${n}`;
const lives = (): Fates => LIVES;
const ends = (): Fates => ENDS;
const swept = (): Fates => SWEPT;
const waits = (): Fates => WAITS;

export const SHARED_ENDINGS: readonly SharedEnd[] = [
  { name: "the first tie removed", owners: "same", act: (w, n) => [w.untieSql(n)], fates: lives },
  {
    name: "the second tie removed",
    owners: "same",
    act: (w, n) => [w.secondSql("untie", n)],
    fates: lives,
  },
  {
    name: "both ties removed",
    owners: "same",
    act: (w, n) => [w.untieSql(n), w.secondSql("untie", n)],
    fates: waits,
  },
  {
    name: "the one tie removed, the other made again",
    owners: "same",
    act: (w, n, ids) => [w.untieSql(n), w.secondSql("untie", n), w.secondSql("tie", n, ids)],
    fates: lives,
  },
  { name: "the owner deleted", owners: "same", act: (_, n) => [kill("session", n)], fates: waits },
  { name: "the owner swept", owners: "same", act: (_, n) => [expire("session", n)], fates: swept },
  {
    name: "the owner deleted when it has expired",
    owners: "same",
    act: (_, n) => [expire("session", n), kill("session", n)],
    fates: ends,
  },
  {
    name: "the first owner deleted",
    owners: "other",
    act: (_, n) => [kill("session", n)],
    fates: lives,
  },
  {
    name: "the second owner deleted",
    owners: "other",
    act: (_, n) => [kill("wish", n)],
    fates: lives,
  },
  {
    name: "the first owner swept",
    owners: "other",
    act: (_, n) => [expire("session", n)],
    fates: lives,
  },
  {
    name: "the second owner swept",
    owners: "other",
    act: (_, n) => [expire("wish", n)],
    fates: lives,
  },
  {
    name: "the first owner deleted, then the second",
    owners: "other",
    act: (_, n) => [kill("session", n), kill("wish", n)],
    fates: left,
  },
  {
    name: "the second owner deleted, then the first",
    owners: "other",
    act: (_, n) => [kill("wish", n), kill("session", n)],
    fates: left,
  },
  {
    name: "both deleted in one transaction",
    owners: "other",
    act: (_, n) => ["begin", kill("session", n), kill("wish", n), "commit"],
    fates: left,
  },
  {
    name: "both swept",
    owners: "other",
    act: (_, n) => [expire("session", n), expire("wish", n)],
    fates: swept,
  },
  {
    name: "both deleted when they have expired",
    owners: "other",
    act: (_, n) => [expire("session", n), expire("wish", n), kill("wish", n), kill("session", n)],
    fates: ends,
  },
  {
    name: "both expired, and deleted by one statement",
    owners: "other",
    act: (_, n) => [
      expire("session", n),
      expire("wish", n),
      `with one as (${kill("session", n)}) ${kill("wish", n)}`,
    ],
    fates: ends,
  },
  {
    name: "the row deleted by the application",
    owners: "any",
    act: (_, __, ids) => [`delete from owned where id in (${ids})`],
    fates: () => DELETED,
  },
];
