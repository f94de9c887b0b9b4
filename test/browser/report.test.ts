/// <reference lib="dom" />
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { masked } from "../../src/commands/console.ts";
import { diagramOf } from "../../src/diagram/diagram.ts";
import { readManifest } from "../../src/manifest/read.ts";
import { askReport } from "../../src/report/ask.ts";
import { reportPage } from "../../src/report/page.ts";
import { startBrowser, testBrowser } from "../support/browser.ts";
import { withInstalled } from "../support/installed.ts";
import { faintTexts, straying } from "../support/looks.ts";
import { WORN_SHOP, wearShop } from "../support/worn-shop.ts";

const { manifest } = readManifest(WORN_SHOP.manifest, "ownership.yaml");
const diagram = diagramOf(manifest);

let folder: string;
let browser: Browser | undefined;

/** The page of a shop that has seen something, and that of one in which nothing has happened. */
const PAGES = ["worn", "fresh"] as const;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "lw-page-"));
  for (const name of PAGES) {
    await withInstalled(WORN_SHOP, async (db) => {
      if (name === "worn") await wearShop(db);
      const client = await db.connect();
      const report = await askReport(client, manifest, masked);
      await client.end();
      writeFileSync(
        join(folder, `${name}.html`),
        reportPage({ ...report, database: "shop" }, diagram),
      );
    });
  }
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens a page as a reader does who lets no script run; what it asks for and complains of is noted. */
async function open(
  name: string,
  options: BrowserContextOptions,
  look: (page: Page, noted: readonly string[]) => Promise<void>,
): Promise<void> {
  browser ??= await startBrowser();
  const context = await browser.newContext({ javaScriptEnabled: false, ...options });
  try {
    const page = await context.newPage();
    const noted: string[] = [];
    const url = pathToFileURL(join(folder, `${name}.html`)).href;
    page.on("request", (request) => {
      if (request.url() !== url) noted.push(`asks for ${request.url()}`);
    });
    page.on("console", (message) => noted.push(message.text()));
    page.on("pageerror", (error) => noted.push(error.message));
    await page.goto(url);
    await look(page, noted);
  } finally {
    await context.close();
  }
}

const sizes = [
  { width: 360, height: 740 },
  { width: 1280, height: 900 },
];

describe.each(PAGES)("the page of a %s shop", (name) => {
  for (const viewport of sizes) {
    testBrowser(`asks nobody anything, and is no wider than ${viewport.width} pixels`, () =>
      open(name, { viewport }, async (page, noted) => {
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        expect(width).toBe(viewport.width);
        expect(noted).toEqual([]);
      }),
    );
  }

  testBrowser("has the browser refuse whatever would be fetched all the same", () =>
    open(name, {}, async (page, noted) => {
      const refused = page.waitForEvent("console");
      await page.evaluate(() => {
        document.body.append(Object.assign(new Image(), { src: "elsewhere.png" }));
      });
      await refused;
      expect(noted.join()).toContain("Content Security Policy");
    }),
  );

  for (const colorScheme of ["light", "dark"] as const) {
    testBrowser(`has contrast in ${colorScheme}`, () =>
      open(name, { colorScheme }, async (page) => {
        const background = await page.evaluate(
          () => getComputedStyle(document.body).backgroundColor,
        );
        expect(background).toBe(colorScheme === "light" ? "rgb(255, 255, 255)" : "rgb(13, 17, 23)");
        expect(await faintTexts(page)).toEqual([]);
      }),
    );
  }

  testBrowser("says what each table and picture is, under headings that skip no level", () =>
    open(name, {}, async (page) => {
      const found = await page.evaluate(() => ({
        tables: document.querySelectorAll("table").length,
        captions: [...document.querySelectorAll("table > caption")].filter((each) =>
          each.textContent?.trim(),
        ).length,
        pictures: document.querySelectorAll("svg").length,
        alternatives: document.querySelectorAll('svg[role="img"][aria-label]').length,
        levels: [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].map(({ tagName }) =>
          Number(tagName[1]),
        ),
      }));
      expect(found.tables).toBeGreaterThan(1);
      expect(found.captions).toBe(found.tables);
      expect(found.pictures).toBe(7);
      expect(found.alternatives).toBe(found.pictures);
      expect(found.levels[0]).toBe(1);
      const skips = found.levels.filter((level, at) => level > (found.levels[at - 1] ?? 0) + 1);
      expect([skips, found.levels.filter((level) => level === 1)]).toEqual([[], [1]]);
    }),
  );

  testBrowser("has no text in a picture that leaves its place", () =>
    open(name, { viewport: { width: 1280, height: 900 } }, async (page) => {
      expect(await straying(page)).toEqual([]);
    }),
  );
});

// Taken on demand: they show the moment, so no two are alike.
if (process.env["UPDATE_SCREENSHOTS"]) {
  describe("the pictures in docs", () => {
    testBrowser.for([
      ["light", "report.png", true],
      ["dark", "report-dark.png", false],
    ] as const)("in %s", ([colorScheme, file, fullPage]) =>
      open("worn", { colorScheme, viewport: { width: 1000, height: 1020 } }, async (page) => {
        const path = fileURLToPath(new URL(`../../docs/${file}`, import.meta.url));
        await page.screenshot({ path, fullPage });
      }),
    );
  });
}
