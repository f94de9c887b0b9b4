import { beginning, parseName } from "./beginning.ts";

const EXTENSION = beginning("create extension (?:if not exists )?(NAME)");

/** The extension that a statement makes. */
export function extensionOf(sql: string): string | undefined {
  const written = EXTENSION.exec(sql)?.[1];
  return written === undefined ? undefined : parseName(written).name;
}

/** Every extension that a dump may make, for a server that has to have them ready; more do no harm. */
export function extensionsIn(text: string): string[] {
  const statements = text.matchAll(/^create\s+extension\s.*$/gim);
  return [...statements].flatMap(([sql]) => extensionOf(sql) ?? []);
}
