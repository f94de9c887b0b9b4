import type { Thing } from "./thing.ts";

/** Whether PostgreSQL lets a thing be replaced where it is, so that what stands on it and rights on it stay. */
export function isReplaceable(wanted: Thing, found: Thing): boolean {
  switch (wanted.id.split(" ", 1)[0]) {
    case "view":
      return beginsWith(wanted.columns, found.columns);
    case "function":
    case "procedure":
      return headOf(wanted) === headOf(found);
    case "foreign":
      return false;
    case "trigger":
      return !found.definition?.startsWith("CREATE CONSTRAINT ");
    default:
      return true;
  }
}

/** A view may be given more columns, and keeps the ones it has. */
function beginsWith(wanted: Thing["columns"], found: Thing["columns"]): boolean {
  return found?.every((column, place) => wanted?.[place] === column) ?? false;
}

/** A routine keeps its parameters, with names and defaults, and its result. */
function headOf({ definition }: Thing): string | undefined {
  return definition === null ? undefined : /^[\s\S]*?(?=\n LANGUAGE )/.exec(definition)?.[0];
}
