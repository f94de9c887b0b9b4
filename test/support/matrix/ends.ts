import { DELETED, ENDS, type Fates, FREED, LIVES, left, SWEPT, WAITS } from "./fates.ts";
import type { Kind, World } from "./world.ts";

/** An owner and the rows that it ties. */
export interface Owning {
  readonly n: number;
  readonly ids: readonly number[];
}

export interface End {
  readonly name: string;
  readonly happens?: (kind: Kind) => boolean;
  /** The statements, each a transaction; a role that may delete owners only is `app`. */
  readonly act: (world: World, owners: readonly Owning[]) => readonly string[];
  readonly fates: (kind: Kind) => Fates;
  /** What becomes of rows that take the place of others. */
  readonly fresh?: Fates;
}

const lives = () => LIVES;
const ends = () => ENDS;
const swept = () => SWEPT;
const holdsKey = ({ top }: Kind) => top.kind === "column" || top.kind === "polymorphic";
const isReleased = (kind: Kind) => !holdsKey(kind);
const hasGrace = ({ grace }: Kind) => grace;
const isNested = ({ below }: Kind) => below !== undefined;
const isAdopted = ({ top }: Kind) => top.kind !== "data" && !Array.isArray(top.key);

const isClaimed = ({ keys }: Kind) => keys !== undefined && "claim" in keys;

const list = (owners: readonly Owning[]) => owners.map(({ n }) => n).join(", ");
const kill = (owners: readonly Owning[]) => `delete from session where number in (${list(owners)})`;
const expire = (owners: readonly Owning[]) =>
  `update session set expires_at = now() - interval '1 hour' where number in (${list(owners)})`;
const each = (owners: readonly Owning[], sql: (owning: Owning) => readonly string[]) =>
  owners.flatMap(sql);
const asApp = (sql: string) => ["set role app", sql, "reset role"];
const adopt = (world: World, from: number, to: number) => {
  const key = (n: number) => (world.kind.top.key === "number" ? `${n}` : `'${n}'`);
  return `select lastwill.adopt_${world.policy.name}(${key(from)}, ${key(to)})`;
};
const claim = (world: World, n: number) => `select lastwill.claim_${world.policy.name}('${n}', 7)`;
/** As the trigger on the row above would do by itself. */
const middles = (owners: readonly Owning[], world: World) =>
  owners.flatMap(({ ids }) => world.topIds(ids)).join(", ");
const idsOf = (owners: readonly Owning[]) => owners.flatMap(({ ids }) => ids);

function underUsers(world: World, owners: readonly Owning[]): string[] {
  const user = world.next();
  return [
    `insert into users values (${user})`,
    `update session set user_id = ${user} where number in (${list(owners)})`,
  ];
}

const USER = "(select max(id) from users)";

export const ENDINGS: readonly End[] = [
  { name: "swept when it has expired", act: (_, o) => [expire(o)], fates: swept },
  { name: "deleted while it lives", act: (_, o) => each(o, (one) => [kill([one])]), fates: left },
  {
    name: "deleted by a role that may do no more, many at once",
    act: (_, o) => asApp(kill(o)),
    fates: left,
  },
  { name: "deleted by hand when it has expired", act: (_, o) => [expire(o), kill(o)], fates: ends },
  {
    name: "deleted expired, by a role that may do no more",
    act: (_, o) => [expire(o), ...asApp(kill(o))],
    fates: ends,
  },
  {
    name: "gone with its user",
    act: (w, o) => [...underUsers(w, o), `delete from users where id = ${USER}`],
    fates: left,
  },
  {
    name: "gone with its user when it has expired",
    act: (w, o) => [...underUsers(w, o), expire(o), `delete from users where id = ${USER}`],
    fates: ends,
  },
  {
    name: "expired, and renewed before the sweep",
    act: (_, o) => [
      expire(o),
      `update session set expires_at = now() + interval '1 hour' where number in (${list(o)})`,
    ],
    fates: lives,
  },
  {
    name: "deleted, and the deletion rolled back",
    act: (_, o) => ["begin", kill(o), "rollback"],
    fates: lives,
  },
  {
    name: "its pointer replaced",
    happens: isReleased,
    act: (w, o) =>
      each(o, ({ n, ids }) => {
        const fresh = ids.map((id) => id + 100_000);
        return [...fresh.map((id) => w.rowSql(id)), w.replaceSql(n, fresh)];
      }),
    fates: ({ grace }) => (grace ? WAITS : ["waits", "ends", "ends"]),
    fresh: LIVES,
  },
  {
    name: "its pointer removed",
    act: (w, o) => each(o, ({ n }) => [w.untieSql(n)]),
    fates: (kind) => (holdsKey(kind) ? FREED : kind.grace ? WAITS : ["waits", "ends", "ends"]),
  },
  {
    name: "its pointer removed, and set again",
    act: (w, o) => each(o, ({ n, ids }) => [w.untieSql(n), w.tieSql(n, ids)]),
    fates: lives,
  },
  {
    name: "its key changed",
    act: (_, o) =>
      each(o, ({ n }) => [
        `update session set sid = 'new ${n}', number = -${n} where sid = '${n}'`,
      ]),
    fates: lives,
  },
  {
    name: "its key changed, then swept",
    act: (_, o) =>
      each(o, ({ n }) => [
        `update session set sid = 'new ${n}', number = -${n} where sid = '${n}'`,
        expire([{ n: -n, ids: [] }]),
      ]),
    fates: swept,
  },
  {
    name: "deleted, then inserted under another key",
    happens: hasGrace,
    act: (w, o) => each(o, ({ n, ids }) => [kill([{ n, ids }]), ...w.loginSql(w.next(), ids)]),
    fates: lives,
  },
  {
    name: "deleted, then inserted under the same key",
    happens: hasGrace,
    act: (w, o) => each(o, ({ n, ids }) => [kill([{ n, ids }]), ...w.loginSql(n, ids)]),
    fates: lives,
  },
  {
    name: "deleted and inserted under another key in one transaction",
    happens: hasGrace,
    act: (w, o) =>
      each(o, ({ n, ids }) => [
        "begin",
        kill([{ n, ids }]),
        ...w.loginSql(w.next(), ids),
        "commit",
      ]),
    fates: lives,
  },
  {
    name: "deleted and inserted again by one statement",
    happens: ({ top }) => top.kind === "data" || top.kind === "polymorphic",
    act: (_, o) => [`with gone as (${kill(o)} returning *) insert into session select * from gone`],
    fates: lives,
  },
  {
    name: "inserted empty, the old one deleted, then told what it owns",
    happens: hasGrace,
    act: (w, o) =>
      each(o, ({ n, ids }) => {
        const next = w.next();
        return [...w.loginSql(next, []), kill([{ n, ids }]), w.tieSql(next, ids)];
      }),
    fates: lives,
  },
  {
    name: "inserted with what it owns, then the old one deleted",
    act: (w, o) => each(o, ({ n, ids }) => [...w.loginSql(w.next(), ids), kill([{ n, ids }])]),
    fates: lives,
  },
  {
    name: "left behind after a login, and swept",
    act: (w, o) => each(o, ({ n, ids }) => [...w.loginSql(w.next(), ids), expire([{ n, ids }])]),
    fates: lives,
  },
  {
    name: "adopted by another, then deleted",
    happens: isAdopted,
    act: (w, o) =>
      each(o, ({ n, ids }) => {
        const next = w.next();
        return [...w.loginSql(next, []), adopt(w, n, next), kill([{ n, ids }])];
      }),
    fates: lives,
  },
  {
    name: "deleted, then adopted by another",
    happens: (kind) => isAdopted(kind) && hasGrace(kind),
    act: (w, o) =>
      each(o, ({ n, ids }) => {
        const next = w.next();
        return [kill([{ n, ids }]), ...w.loginSql(next, []), adopt(w, n, next)];
      }),
    fates: lives,
  },
  {
    name: "claimed by somebody, then swept",
    happens: isClaimed,
    act: (w, o) => [...each(o, ({ n }) => [claim(w, n)]), expire(o)],
    // The owner's data still names the row.
    fates: ({ top }) => (top.kind === "data" ? ["lives", "freed", "freed"] : FREED),
  },
  {
    name: "deleted, then claimed by somebody",
    happens: (kind) => isClaimed(kind) && hasGrace(kind),
    act: (w, o) => [kill(o), ...each(o, ({ n }) => [claim(w, n)])],
    fates: () => FREED,
  },
  {
    name: "its row deleted by the application",
    act: (w, o) => [`delete from ${w.top.owned} where id in (${middles(o, w)})`],
    fates: () => DELETED,
  },
  {
    name: "its row deleted by the application, then swept",
    act: (w, o) => [`delete from ${w.top.owned} where id in (${middles(o, w)})`, expire(o)],
    fates: () => DELETED,
  },
  {
    name: "the row below deleted by the application",
    happens: isNested,
    act: (_, o) => [`delete from owned where id in (${idsOf(o)})`],
    fates: () => ["below deleted", "below deleted", "below deleted"],
  },
  {
    name: "the key of the row above changed",
    happens: ({ top, below }) => below !== undefined && top.kind !== "data",
    act: (w, o) => [`update middle set id = id + 1000000 where id in (${middles(o, w)})`],
    fates: lives,
  },
  {
    name: "the key of the row above changed, then swept",
    happens: ({ top, below }) => below !== undefined && top.kind !== "data",
    act: (w, o) => [
      `update middle set id = id + 1000000 where id in (${middles(o, w)})`,
      expire(o),
    ],
    fates: swept,
  },
  {
    name: "let go of by the row above",
    happens: isNested,
    act: (w, o) =>
      each(o, ({ ids }) => w.topIds(ids).map((id) => w.kind.below?.untie(w.below, id) ?? "")),
    fates: ({ below }) =>
      below?.kind === "column" || below?.kind === "polymorphic"
        ? ["below freed", "below freed", "below freed"]
        : ["below waits", "below waits", "below ends"],
  },
];
