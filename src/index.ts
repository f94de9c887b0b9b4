export { type Catalog, type Queryable, readCatalog } from "./catalog.ts";
export { type Fault, InputError, type ManifestSource } from "./faults.ts";
export type { Folder, MigrationFile, MigrationFormat } from "./format/format.ts";
export { formatNamed } from "./format/formats.ts";
export { type GenerateInput, type Generation, generate } from "./generate.ts";
export { defineOwnership } from "./manifest/define-ownership.ts";
export type { OwnershipInput } from "./manifest/input.ts";
export { loadManifest } from "./manifest/load.ts";
export type { Manifest } from "./manifest/manifest.ts";
export { readManifest } from "./manifest/read.ts";
export {
  type DrainOptions,
  type DrainResult,
  drainOutbox,
  type Letter,
  type OutboxClient,
  type OutboxPool,
} from "./outbox.ts";
export { type Lock, readLock } from "./plan/lock.ts";
export { adopt, claim, type TieClient, TieError, type TieKey, touch } from "./ties.ts";
