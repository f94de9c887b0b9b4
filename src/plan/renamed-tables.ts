import type { DbObject } from "../objects/object.ts";
import type { Sql } from "../sql/quote.ts";
import { codeOf, isRoutine, toldAs } from "./comments.ts";
import type { Step } from "./diff.ts";

/** The last generation's objects, after people's tables were renamed under them. */
export interface Moved {
  /** As they are now: what stands on a table went along with it. */
  readonly before: DbObject[];
  /** As they can be made again on the way down, while the tables still have their new names. */
  readonly back: DbObject[];
  /** What has to be done first on the way down. */
  readonly down: Step[];
}

/**
 * Foreign keys, indexes, triggers and views follow a table that is renamed; the text of a routine does
 * not, so it has to be made anew. Going down makes it as it was: it works again once the table has its
 * former name.
 *
 * @param then what the manifest would make, were the tables not renamed
 * @param now the same, with the tables as they are, in the same order
 */
export function overRenamedTables(
  before: readonly DbObject[],
  then: readonly DbObject[],
  now: readonly DbObject[],
): Moved {
  const places = new Map(then.map(({ id }, index) => [id, index]));
  const followed = (isBack: boolean) =>
    before.map((object) => {
      const place = places.get(object.id) ?? -1;
      const [was, is] = [then[place], now[place]];
      if (!was || !is || textOf(was) === textOf(is)) return object;
      return follow(object, was, is, isBack);
    });
  const back = followed(true);
  return { before: followed(false), back, down: back.some(isLeft(before)) ? [UNCHECKED] : [] };
}

function follow(object: DbObject, was: DbObject, is: DbObject, isBack: boolean): DbObject {
  // A routine that takes rows of the table can only be made under the table's present name.
  if (isRoutine(object) && isBack && was.id === is.id) return object;
  const isSame = !isRoutine(object) && codeOf(was) === codeOf(object);
  const isMade = isBack || isSame;
  return { ...object, ...where(is), create: isMade ? toldAs(is, object) : object.create };
}

/** What depends on the name of a table. */
function where({ id, drop, needs, locks, content, about }: DbObject): Partial<DbObject> {
  return {
    id,
    drop,
    needs,
    ...(locks && { locks }),
    ...(content !== undefined && { content }),
    ...(about && { about }),
  };
}

/** Whether a routine is made as it was, which is about a table that has not yet its name again. */
function isLeft(before: readonly DbObject[]) {
  return (object: DbObject, index: number, all: readonly DbObject[]) =>
    object === before[index] && isRoutine(object) && all.some((other, at) => other !== before[at]);
}

const UNCHECKED: Step = {
  object: {
    id: "unchecked routines",
    phase: "install",
    create: [],
    drop: [],
    replaces: true,
    needs: [],
    hazards: [],
  },
  verb: "create",
  phase: "install",
  statements: [
    "-- Tables were renamed before this, and have their former names only when that is taken back.\nset local check_function_bodies = off;" as Sql,
  ],
  remade: true,
  keepsRows: false,
  partings: [],
};

function textOf({ create, drop, content = "" }: DbObject): string {
  return [...create, ...drop, content].join("\n\n");
}
