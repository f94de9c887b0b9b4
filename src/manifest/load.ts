import { readFile } from "node:fs/promises";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { InputError } from "../faults.ts";
import { readManifest, readManifestValue, type SourcedManifest } from "./read.ts";

const TEXTS = [".yaml", ".yml", ".json"];
const MODULES = [".ts", ".mts", ".js", ".mjs"];

/**
 * Loads the manifest in a file: YAML, JSON, or a module with `export default defineOwnership({…})`.
 * Throws InputError when there is no such file, when it cannot be read, and with every fault in it.
 */
export async function loadManifest(file: string): Promise<SourcedManifest> {
  const ending = extname(file).toLowerCase();
  if (!TEXTS.includes(ending) && !MODULES.includes(ending)) {
    const endings = [...TEXTS, ...MODULES].join(", ");
    throw unloadable(file, "a manifest's name has another ending", `Use one of ${endings}.`);
  }
  const text = await textOf(file);
  if (TEXTS.includes(ending)) return readManifest(text, file);
  return readManifestValue(await defaultExport(file), file);
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    if (code === "ENOENT") {
      const fix =
        "Run the command in the manifest's folder, or name the manifest: -m path/ownership.yaml.";
      throw unloadable(file, "there is no such file", fix);
    }
    if (code === "EISDIR") {
      throw unloadable(
        file,
        "this is a folder",
        `Name the manifest in it: -m ${file}/ownership.yaml.`,
      );
    }
    throw unloadable(file, `the file cannot be read (${code})`, "Check its permissions.");
  }
}

async function defaultExport(file: string): Promise<unknown> {
  // Most manifests are YAML, and need no TypeScript loader.
  const { createJiti } = await import("jiti");
  const jiti = createJiti(import.meta.url, { fsCache: false, moduleCache: false });
  let module: unknown;
  try {
    module = await jiti.import(pathToFileURL(resolve(file)).href);
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).split("\n")[0];
    throw unloadable(file, `the module cannot be loaded: ${reason}`, "Correct the module.");
  }
  if (typeof module === "object" && module !== null && "default" in module) return module.default;
  const fix = "Write export default defineOwnership({ owners: { … } }).";
  throw unloadable(file, "the module has no default export", fix);
}

/** An error about the file as a whole, before there is any place in it. */
function unloadable(file: string, what: string, fix: string): InputError {
  return new InputError({ file, locate: () => undefined }, [{ path: [], on: "value", what, fix }]);
}
