import { randomUUID } from "node:crypto";
import { rename, rm, writeFile } from "node:fs/promises";
import { withClient } from "../database.ts";
import { diagramOf } from "../diagram/diagram.ts";
import { EXIT, UsageError } from "../exit.ts";
import { loadManifest } from "../manifest/load.ts";
import { askReport } from "../report/ask.ts";
import { reportPage } from "../report/page.ts";
import { data, masked, say } from "./console.ts";
import { troublesText } from "./finding-lines.ts";

/** What `report` is called with. */
export interface ReportCommandOptions {
  readonly manifest: string;
  readonly database: string | undefined;
  readonly out?: string;
  readonly json?: true;
  readonly showKeys?: true;
}

/**
 * `report`: writes a page for people. It is fine whatever the page says: `status` is for those who want to be told by
 * an exit code.
 */
export async function reportCommand(options: ReportCommandOptions): Promise<number> {
  const { out, json, showKeys = false } = options;
  if (out === undefined && !json) {
    throw new UsageError(
      "there is no place for the page\n  Pass --out report.html, or --json for what it says as data.",
    );
  }
  const { manifest } = await loadManifest(options.manifest);
  const report = await withClient(options.database, (client) =>
    askReport(client, manifest, showKeys ? (key) => key : masked),
  );
  if (json) data(JSON.stringify(report, null, 2));
  if (out !== undefined) {
    await writeWhole(out, reportPage(report, diagramOf(manifest)));
    say(`${out} is written: ${troublesText(report.findings)}.`);
  }
  return EXIT.fine;
}

/** Whoever reads the file meanwhile has the old page or the new one, and never a part. */
async function writeWhole(file: string, text: string): Promise<void> {
  const part = `${file}.${randomUUID()}.part`;
  try {
    await writeFile(part, text);
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    const reason = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new UsageError(
      `${file} cannot be written (${reason})\n  Pass --out with a file in a folder that is there and that you may write.`,
    );
  }
}
