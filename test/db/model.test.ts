import fc from "fast-check";
import { expect, test } from "vitest";
import {
  column,
  type Installed,
  login,
  SHOP_MANIFEST,
  withInstalled,
} from "../support/installed.ts";

/** The keys that the test plays with: few, so that they meet. */
const DRAFTS = [1, 2, 3, 4];
const SIDS = ["a", "b", "c"];

interface Session {
  readonly names: ReadonlySet<number>;
  readonly expired: boolean;
}

/** Who owns what, sessions and what they name, drafts, and the graces that run. */
class Model {
  readonly sessions = new Map<string, Session>();
  readonly drafts = new Set<number>();
  /** A draft, once for each owner that let go of it and whose grace is not over. */
  waiting: number[] = [];

  /** What a session names: tied, and taken back from waiting. */
  tie(names: ReadonlySet<number>): void {
    this.waiting = this.waiting.filter((draft) => !names.has(draft));
  }

  /** A session lets go: what had expired ends at once, unless it is named or waits. */
  letGo(names: Iterable<number>, expired: boolean): void {
    for (const draft of names) {
      // A row that is not there waits too: it may be just being inserted.
      if (!expired) this.waiting.push(draft);
      else if (!this.drafts.has(draft)) this.waiting.push(draft);
      else if (!this.isNamed(draft) && !this.waiting.includes(draft)) this.drafts.delete(draft);
    }
  }

  isNamed(draft: number): boolean {
    return [...this.sessions.values()].some(({ names }) => names.has(draft));
  }

  end(sids: readonly string[]): void {
    const ended = sids.flatMap((sid) => this.sessions.get(sid) ?? []);
    for (const sid of sids) this.sessions.delete(sid);
    // As one statement does it: what had expired ends first, and then the others let go.
    for (const { names, expired } of ended) if (expired) this.letGo(names, true);
    for (const { names, expired } of ended) if (!expired) this.letGo(names, false);
  }

  sweep(): void {
    this.end([...this.sessions].filter(([, { expired }]) => expired).map(([sid]) => sid));
  }

  settle(): void {
    const due = this.waiting;
    this.waiting = [];
    this.sweep();
    for (const draft of due) if (!this.isNamed(draft)) this.drafts.delete(draft);
  }
}

type Command = fc.AsyncCommand<Model, Installed>;

/** A command that does something to the model, the same to the database, and compares the two. */
function command(
  text: string,
  does: (model: Model) => void,
  run: (db: Installed) => Promise<unknown>,
  may: (model: Model) => boolean = () => true,
): Command {
  return {
    check: may,
    toString: () => text,
    run: async (model, db) => {
      does(model);
      await run(db);
      expect({
        sids: await column(db, "select sid from session order by sid"),
        drafts: (await column(db, "select id from drafts order by id")).map(Number),
        waiting: (
          await column(db, "select distinct owned_key from lastwill.released order by 1")
        ).map(Number),
      }).toEqual({
        sids: [...model.sessions.keys()].sort(),
        drafts: [...model.drafts].sort(),
        waiting: [...new Set(model.waiting)].sort(),
      });
    },
  };
}

const data = (names: readonly number[]) => JSON.stringify({ drafts: names.map((id) => ({ id })) });

const sid = fc.constantFrom(...SIDS);
const names = fc.uniqueArray(fc.constantFrom(...DRAFTS), { maxLength: 3 });

const COMMANDS = [
  fc.constantFrom(...DRAFTS).map((draft) =>
    command(
      `make draft ${draft}`,
      (model) => model.drafts.add(draft),
      (db) => db.query("insert into drafts (id) values ($1)", [draft]),
      (model) => !model.drafts.has(draft),
    ),
  ),
  fc.tuple(sid, names, fc.boolean()).map(([sid, names, expired]) =>
    command(
      `${sid} begins, naming ${names}${expired ? ", expired" : ""}`,
      (model) => {
        model.sessions.set(sid, { names: new Set(names), expired });
        model.tie(new Set(names));
      },
      (db) => login(db, sid, data(names), expired ? "-1 hour" : "1 hour"),
      (model) => !model.sessions.has(sid),
    ),
  ),
  fc.tuple(sid, names).map(([sid, names]) =>
    command(
      `${sid} names ${names} now`,
      (model) => {
        const { names: before, expired } = model.sessions.get(sid) as Session;
        const now = new Set(names);
        model.sessions.set(sid, { names: now, expired });
        if (data([...before]) !== data(names)) model.tie(now);
        model.letGo(
          [...before].filter((draft) => !now.has(draft)),
          false,
        );
      },
      (db) => db.query("update session set sess = $2 where sid = $1", [sid, data(names)]),
      (model) => model.sessions.has(sid),
    ),
  ),
  fc.tuple(sid, fc.boolean()).map(([sid, expired]) =>
    command(
      `${sid} ${expired ? "expires" : "is renewed"}`,
      (model) => model.sessions.set(sid, { ...(model.sessions.get(sid) as Session), expired }),
      (db) =>
        db.query(
          "update session set expire = now() at time zone 'UTC' + $2::interval where sid = $1",
          [sid, expired ? "-1 hour" : "1 hour"],
        ),
      (model) => model.sessions.has(sid),
    ),
  ),
  fc.tuple(sid, sid).map(([from, to]) =>
    command(
      `${from} becomes ${to}`,
      (model) => {
        const session = model.sessions.get(from) as Session;
        model.sessions.delete(from);
        model.sessions.set(to, session);
        model.tie(session.names);
      },
      (db) => db.query("update session set sid = $2 where sid = $1", [from, to]),
      (model) => model.sessions.has(from) && !model.sessions.has(to),
    ),
  ),
  fc.uniqueArray(sid, { minLength: 1 }).map((sids) =>
    command(
      `${sids} are deleted`,
      (model) => model.end(sids),
      (db) => db.query("delete from session where sid = any($1)", [sids]),
    ),
  ),
  fc.constant(
    command(
      "sweep",
      (model) => model.sweep(),
      (db) => db.query("call lastwill.sweep()"),
    ),
  ),
  fc.constant(
    command(
      "every grace ends, and sweep",
      (model) => model.settle(),
      async (db) => {
        await db.query("update lastwill.released set due_at = now()");
        await db.query("call lastwill.sweep()");
      },
    ),
  ),
];

test("any sequence of commands does to the database what it does to a model of ownership", () =>
  withInstalled(
    { manifest: SHOP_MANIFEST.replace("from: draftId", `from: "drafts[].id"`) },
    async (db) => {
      const empty = async () => {
        await db.query("delete from session; truncate drafts, lastwill.released");
        return { model: new Model(), real: db };
      };
      await fc.assert(
        fc.asyncProperty(fc.commands(COMMANDS, { maxCommands: 40 }), (commands) =>
          fc.asyncModelRun(empty, commands),
        ),
        { numRuns: 60, endOnFailure: true },
      );
    },
  ));
