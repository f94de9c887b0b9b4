import { existsSync } from "node:fs";
import process from "node:process";
import { type Browser, chromium } from "playwright-core";
import { type TestAPI, test } from "vitest";
import { say } from "./server/machine.ts";

/** Debian's browser, or the one that CHROMIUM names. */
const program = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const found = existsSync(program);
const inCi = process.env["CI"] !== undefined && process.env["CI"] !== "false";

if (!found && !inCi) {
  say("************************************************************************");
  say(`THE TESTS OF PAGES IN A BROWSER ARE SKIPPED: there is no ${program}.`);
  say("Debian: apt-get install chromium. Elsewhere name a Chromium or Chrome: CHROMIUM=/path");
  say("************************************************************************");
}

/** A test in a real browser. Where there is none it is skipped, but in CI it fails: its green would mean nothing. */
export const testBrowser: TestAPI = test.skipIf(!found && !inCi) as TestAPI;

/** Starts the browser without a window, and lets it ask nobody anything by itself. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: program,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
