import colors from "picocolors";
import { type Finding, isTrouble } from "../health/finding.ts";
import { wrapped } from "./wrap.ts";

/** Findings as lines, one for each: state, object, what is wrong, what mends it. A terminal's width breaks them. */
export function findingLines(findings: readonly Finding[], width: number | undefined): string[] {
  return findings.flatMap((finding) => {
    const { state, object, what, mend } = finding;
    const [first = "", ...others] = wrapped(`${state}: ${object}: ${what}. → ${mend}`, width);
    const color = isTrouble(finding) ? colors.red : colors.dim;
    return [color(state) + first.slice(state.length), ...others];
  });
}

/** How many of them need a person: `one thing needs a person`. */
export function troublesText(findings: readonly Finding[]): string {
  const number = findings.filter(isTrouble).length;
  if (number === 0) return "nothing needs a person";
  return number === 1 ? "one thing needs a person" : `${number} things need a person`;
}
