import { readFileSync } from "node:fs";
import { askInstalled } from "./ask.ts";
import { referencePage } from "./page.ts";

const FOLDER = new URL("../../docs/sql-reference/", import.meta.url);

/** Where the page lies. */
export const REFERENCE: URL = new URL("../sql-reference.md", FOLDER);

/** The page as the database has it today. */
export async function reference(): Promise<string> {
  const read = (file: string) => readFileSync(new URL(file, FOLDER), "utf8");
  return referencePage(await askInstalled(read("schema.sql"), read("ownership.yaml")));
}
