/** Where in the manifest something stands: `["owners", "session", "owns", 0, "by"]`. */
export type Path = readonly (string | number)[];

/** One thing wrong in the manifest, in words for the person who wrote it. */
export interface Fault {
  readonly path: Path;
  /** Whether the fault is in what stands at `path`, or in the name it stands under (an unknown key). */
  readonly on: "value" | "key";
  /** What is wrong: lower case, no full stop, names in double quotes. */
  readonly what: string;
  /** What to do about it: whole sentences. */
  readonly fix: string;
}

/** A place in a text, both counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What a manifest was read from, so that a fault can be shown where it stands. */
export interface ManifestSource {
  /** The file's name as the user gave it. */
  readonly file: string;
  /** Where `path` stands in the file; undefined for a `.ts` manifest, whose values have no place. */
  readonly locate: (path: Path, on: Fault["on"]) => Position | undefined;
}

/** `owners.session.owns[0].by`; names that are not plain words are quoted: `owners."my session"`. */
export function pathText(path: Path): string {
  return path
    .map((part, index) => {
      if (typeof part === "number") return `[${part}]`;
      const word = /^[\w$-]+$/.test(part) ? part : JSON.stringify(part);
      return index === 0 ? word : `.${word}`;
    })
    .join("");
}

/** The user's input is at fault. Every fault is in the message, in the file's order. Exit code 2. */
export class InputError extends Error {
  override readonly name = "InputError";
  readonly faults: readonly Fault[];

  constructor(source: ManifestSource, faults: readonly Fault[]) {
    const placed = placedFaults(source, faults);
    super(placed.map(({ where, fault: { what, fix } }) => `${where} ${what}\n  ${fix}`).join("\n"));
    this.faults = placed.map(({ fault }) => fault);
  }
}

/** A fault, and where it stands: `ownership.yaml:9:13 owners.session.owns[0].by:`. */
export interface PlacedFault {
  readonly where: string;
  readonly fault: Fault;
}

/** Faults in the file's order. */
export function placedFaults(source: ManifestSource, faults: readonly Fault[]): PlacedFault[] {
  return faults
    .map((fault) => ({ fault, at: source.locate(fault.path, fault.on) }))
    .sort((a, b) => order(a.at) - order(b.at))
    .map(({ fault, at }) => ({ fault, where: whereText(source.file, fault, at) }));
}

function order(at: Position | undefined): number {
  return at ? at.line * 100_000 + at.column : Number.POSITIVE_INFINITY;
}

function whereText(file: string, { path }: Fault, at: Position | undefined): string {
  const where = at ? `${file}:${at.line}:${at.column}` : `${file}:`;
  return path.length > 0 ? `${where} ${pathText(path)}:` : where;
}
