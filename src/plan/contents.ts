import { count } from "../count.ts";
import type { Step } from "./diff.ts";

/** What steps make and take away on people's tables, and how much they make in schema lastwill. */
export interface Contents {
  readonly made: readonly string[];
  /** By their new names. */
  readonly renamed: readonly string[];
  readonly taken: readonly string[];
  /** `12 tables, 1 view`; empty where there is nothing. */
  readonly inSchema: string;
}

const ON_THEIR_TABLE = /^(?:trigger|foreign key|index) (?!.* on lastwill\.)/s;
const IN_SCHEMA = [
  ["table", "tables"],
  ["sequence", "sequences"],
  ["view", "views"],
  ["function", "functions"],
  ["procedure", "procedures"],
] as const;

/** Says for the reader of a long file what is in it. */
export function contentsOf(steps: readonly Step[]): Contents {
  const making = steps.filter((step) => step.verb === "create" && isMoreThanWords(step));
  const theirs = (some: readonly Step[]) =>
    some.map(({ object }) => object.id).filter((id) => ON_THEIR_TABLE.test(id));
  const ids = making.map(({ object }) => object.id);
  const inSchema = IN_SCHEMA.flatMap(([one, many]) => {
    const number = ids.filter((id) => id.startsWith(`${one} lastwill.`)).length;
    return number > 0 ? [count(number, one, many)] : [];
  });
  return {
    made: theirs(making.filter((step) => !isRename(step))),
    renamed: theirs(making.filter(isRename)),
    taken: theirs(steps.filter(({ verb, remade }) => verb === "drop" && !remade)),
    inSchema: inSchema.join(", "),
  };
}

function isRename({ statements }: Step): boolean {
  return statements.some((statement) => /^(--.*\n)*alter .*\n? *rename /.test(statement));
}

function isMoreThanWords({ statements }: Step): boolean {
  return statements.some((statement) => !statement.startsWith("comment on "));
}
