import process from "node:process";

/** `npm run test:soak`: everything in full, which takes a while. Else each test is a short form of itself. */
export const SOAK: boolean = process.env["SOAK"] === "1";

/** How much of it: the first in full, the second as part of all tests. SOAK_PART=0.1 takes a tenth of the first. */
export function amount(full: number, short: number): number {
  return SOAK ? Math.ceil(full * Number(process.env["SOAK_PART"] ?? 1)) : short;
}

/** What was measured, for whoever reads the run. */
export function report(what: string, figures: object): void {
  if (SOAK) process.stderr.write(`soak: ${what}: ${JSON.stringify(figures)}\n`);
}
