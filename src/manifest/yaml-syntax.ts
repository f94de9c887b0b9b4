import type { Document, YAMLParseError, YAMLWarning } from "yaml";
import type { Fault, Position } from "../faults.ts";

/**
 * What the parser could not read: of each kind of error the first, and of each line, as others are
 * mostly its echo. Each fault has an empty path of its own, and its offset in the text.
 */
export function syntaxFaults(
  document: Document.Parsed | Document,
  isJson: boolean,
  positionOf: (offset: number) => Position,
): { readonly fault: Fault; readonly offset: number }[] {
  const told = new Set<number | string>();
  return [...document.errors, ...document.warnings].flatMap((error) => {
    const offset = error.pos[0];
    const { line } = positionOf(offset);
    if (told.has(line) || told.has(error.code)) return [];
    told.add(line).add(error.code);
    return [{ fault: { path: [], on: "value" as const, ...problemOf(error, isJson) }, offset }];
  });
}

function problemOf(
  error: YAMLParseError | YAMLWarning,
  isJson: boolean,
): Pick<Fault, "what" | "fix"> {
  switch (error.code) {
    case "MULTIPLE_DOCS":
      return {
        what: "the file holds more than one document",
        fix: 'Keep one: a manifest ends where "---" or "..." starts the next document.',
      };
    case "TAB_AS_INDENT":
      return { what: "a line is indented by a tab", fix: "Indent by blanks: YAML takes no tabs." };
    case "RESOURCE_EXHAUSTION":
      return { what: "brackets are nested too deep", fix: "Remove what is nested by mistake." };
    case "TAG_RESOLVE_FAILED":
      return { what: lowerFirst(error.message), fix: "Remove the tag: a manifest needs none." };
    default:
      return {
        what: lowerFirst(error.message),
        fix: `The text is not ${isJson ? "JSON" : "YAML"} from here on: look for a slip here, or in the line before.`,
      };
  }
}

/** The parser's sentence in the form of a fault: lower case, no full stop. */
function lowerFirst(message: string): string {
  const text = message.replace(/\.$/, "").replace('closing "quote', "closing quote");
  return text.charAt(0).toLowerCase() + text.slice(1);
}
