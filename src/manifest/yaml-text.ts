import type { Document, YAMLMap } from "yaml";
import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
} from "yaml";
import {
  type Fault,
  InputError,
  type ManifestSource,
  type Path,
  type Position,
} from "../faults.ts";
import { shown } from "./problem.ts";
import {
  DEEPEST,
  holdsNul,
  MOST_VALUES,
  type Reading,
  tooDeep,
  tooMany,
  UNUSABLE_KEY,
  unusableKey,
} from "./reading.ts";
import { isFields } from "./tree.ts";
import { syntaxFaults } from "./yaml-syntax.ts";

/** Where a value starts, and the key it stands under, as offsets into the text. */
interface Place {
  readonly key: number | undefined;
  readonly value: number | undefined;
}

/** YAML's merge key. */
const MERGE = "<<";

interface Reader {
  readonly document: Document;
  readonly source: ManifestSource;
  readonly places: Map<string, Place>;
  readonly faults: Fault[];
  /** Places of faults that no path tells apart from another value: the second of two equal keys. */
  readonly offsets: Map<Path, number>;
  /** The lists and mappings being read, outermost first: an alias to one of them has no end. */
  readonly open: Set<Node>;
  count: number;
}

/**
 * Reads YAML, of which JSON is a part, into plain values, and remembers where each stands.
 * Throws InputError when the text does not parse.
 */
export function readText(text: string, file: string): Reading {
  const lines = new LineCounter();
  // Duplicate keys are found below, where their path is known.
  const document = parseDocument(text.replace(/^\uFEFF/, ""), {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
  });
  const places = new Map<string, Place>();
  const offsets = new Map<Path, number>();
  const source: ManifestSource = {
    file,
    locate: (path, on) => {
      const offset = offsets.get(path) ?? offsetOf(places, path, on);
      return offset === undefined ? undefined : positionOf(lines, offset);
    },
  };
  const syntax = syntaxFaults(document, file.endsWith(".json"), (offset) =>
    positionOf(lines, offset),
  );
  for (const { fault, offset } of syntax) offsets.set(fault.path, offset);
  if (syntax.length > 0)
    throw new InputError(
      source,
      syntax.map(({ fault }) => fault),
    );

  const faults: Fault[] = [];
  const reader = { document, source, places, faults, offsets, open: new Set<Node>(), count: 0 };
  places.set("[]", { key: undefined, value: document.contents?.range?.[0] ?? 0 });
  return { value: read(document.contents, [], reader), faults, source };
}

function positionOf(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

/** What is not in the file itself stands where the nearest thing around it does. */
function offsetOf(
  places: ReadonlyMap<string, Place>,
  path: Path,
  on: Fault["on"],
): number | undefined {
  for (let length = path.length; length >= 0; length--) {
    const place = places.get(JSON.stringify(path.slice(0, length)));
    if (!place) continue;
    const atKey = on === "key" && length === path.length;
    return atKey ? (place.key ?? place.value) : (place.value ?? place.key);
  }
  return undefined;
}

function read(node: unknown, path: Path, reader: Reader): unknown {
  if (path.length > DEEPEST) stop(reader, tooDeep(path.slice(0, 8)));
  if (++reader.count > MOST_VALUES) stop(reader, tooMany(path.slice(0, 1)));
  if (isAlias(node)) return readAlias(node.source, node.resolve(reader.document), path, reader);
  if (isScalar(node)) return readScalar(node.value, path, reader);
  if (!isMap(node) && !isSeq(node)) return null;
  reader.open.add(node);
  const value = isMap(node) ? readMap(node, path, reader) : readList(node.items, path, reader);
  reader.open.delete(node);
  return value;
}

function stop(reader: Reader, fault: Fault): never {
  throw new InputError(reader.source, [fault]);
}

function readAlias(name: string, target: Node | undefined, path: Path, reader: Reader): unknown {
  if (target && !reader.open.has(target)) return read(target, path, reader);
  const what = target
    ? `"*${name}" refers to what it stands in`
    : `there is no "&${name}" before "*${name}"`;
  return stop(reader, { path, on: "value", what, fix: "Write the value itself." });
}

function readScalar(value: unknown, path: Path, reader: Reader): unknown {
  if (typeof value !== "string" || !value.includes("\0")) return value;
  reader.faults.push(holdsNul(path, "value"));
  return value.replaceAll("\0", "");
}

function readList(items: readonly unknown[], path: Path, reader: Reader): unknown[] {
  return items.map((item, index) => {
    const inner = [...path, index];
    const value = isNode(item) ? item.range?.[0] : undefined;
    reader.places.set(JSON.stringify(inner), { key: undefined, value });
    return read(item, inner, reader);
  });
}

function readMap(map: YAMLMap, path: Path, reader: Reader): Record<string, unknown> {
  const mapping = readMerged(map, path, reader);
  const written = new Set<string | undefined>();
  for (const pair of map.items) {
    const key = keyText(pair.key);
    if (key === MERGE) continue;
    const inner = [...path, key ?? ""];
    const offset = start(pair.key) ?? start(pair.value);
    const fault = keyFault(key, path, written.has(key));
    written.add(key);
    if (fault) {
      reader.faults.push(fault);
      if (offset !== undefined) reader.offsets.set(fault.path, offset);
    } else if (key !== undefined) {
      reader.places.set(JSON.stringify(inner), { key: offset, value: start(pair.value) });
      mapping[key] = read(pair.value, inner, reader);
    }
  }
  return mapping;
}

/** What `<<` brings into a mapping: the first of several wins, and what is written wins over them. */
function readMerged(map: YAMLMap, path: Path, reader: Reader): Record<string, unknown> {
  const merged = map.items
    .filter((pair) => keyText(pair.key) === MERGE)
    .flatMap((pair) => read(pair.value, path, reader));
  const mappings = merged.filter(isFields);
  if (mappings.length < merged.length) {
    const fix = "Write an alias of a mapping, as in <<: *name.";
    const what = `"${MERGE}" merges mappings only`;
    reader.faults.push({ path: [...path, MERGE], on: "key", what, fix });
  }
  return Object.assign({}, ...mappings.reverse());
}

/** A key as it is written, so that `1.0` stays `1.0`; undefined for a list or a mapping. */
function keyText(key: unknown): string | undefined {
  if (key === null) return "";
  if (!isScalar(key)) return undefined;
  return typeof key.value === "string" ? key.value : (key.source ?? String(key.value));
}

function keyFault(key: string | undefined, parent: Path, isThere: boolean): Fault | undefined {
  const on = "key";
  if (key === undefined) {
    return {
      path: [...parent],
      on,
      what: "a key must be a text",
      fix: "Write a name before the colon.",
    };
  }
  const path = [...parent, key];
  if (key === UNUSABLE_KEY) return unusableKey(parent);
  if (key.includes("\0")) return holdsNul([...parent], on);

  if (isThere) {
    return { path, on, what: `${shown(key)} is written twice`, fix: "Keep one of the two." };
  }
  return undefined;
}

/** Where a node starts; undefined for a value that is left out, which has no place of its own. */
function start(node: unknown): number | undefined {
  if (!isNode(node) || !node.range) return undefined;
  return node.range[0] === node.range[1] ? undefined : node.range[0];
}
