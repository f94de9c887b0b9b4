import { readFile } from "node:fs/promises";
import { type Lock, lockPath, readLock } from "../plan/lock.ts";
import { unlessMissing } from "./unless-missing.ts";

/** The lock beside a manifest; undefined where nothing was generated yet. */
export async function readLockBeside(manifest: string): Promise<Lock | undefined> {
  const file = lockPath(manifest);
  const text = await unlessMissing(readFile(file, "utf8"), undefined);
  return text === undefined ? undefined : readLock(text, file);
}
