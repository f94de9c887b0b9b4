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
