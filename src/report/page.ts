import type { Diagram } from "../diagram/diagram.ts";
import { type Markup, markup } from "../markup.ts";
import type { ReportOutput } from "../output/report.ts";
import { findingsSection } from "./findings-section.ts";
import { graphSection } from "./graph-section.ts";
import { moment } from "./moment.ts";
import { ownersSection } from "./owners-section.ts";
import { PAGE_STYLE } from "./page-style.ts";
import {
  orphansSection,
  outboxSection,
  quarantineSection,
  waitingSection,
} from "./rows-sections.ts";
import { sweepsSection } from "./sweeps-section.ts";

/** No script, no font, no picture from anywhere: a browser is told to fetch nothing. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** The whole page, in one file. */
export function reportPage(report: ReportOutput, diagram: Diagram): string {
  const { database, server_version: version, at } = report;
  const page: Markup = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${database}: what sessions leave behind</title>
<style>${{ markup: PAGE_STYLE }}</style>
</head>
<body>
<header>
<h1>${database}</h1>
<p>What is owned, what has ended and what waits, as of <time datetime="${at}">${moment(at)}</time>. PostgreSQL ${version}.</p>
</header>
<main>
${findingsSection(report)}
${ownersSection(report)}
${sweepsSection(report)}
${waitingSection(report)}
${quarantineSection(report)}
${outboxSection(report)}
${orphansSection(report)}
${graphSection(diagram)}
</main>
<footer><p>Made by <code>lastwill report</code>. Times are in UTC.</p></footer>
</body>
</html>
`;
  return page.markup;
}
