/** What stands at one place of the sampled data. */
export interface DataValues {
  /** As a manifest writes it: `uploads[].id`. */
  readonly path: string;
  /** The names down to it. */
  readonly names: readonly string[];
  /** How many of the sampled sessions hold each value. */
  readonly sessions: ReadonlyMap<string, number>;
}

const MOST_PATHS = 400;
const DEEPEST = 8;

/** The data of a session from its JSON, with numbers as they are written: keys may have 19 digits. */
export function parseData(text: string): unknown {
  try {
    const exact = text.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (token) =>
      token.startsWith('"') ? token : `"${token}"`,
    );
    return JSON.parse(exact);
  } catch {
    return undefined;
  }
}

/** Every place of the data where a text or a number stands, and what stands there. */
export function dataPaths(sessions: readonly unknown[]): DataValues[] {
  const found = new Map<string, { names: readonly string[]; sessions: Map<string, number> }>();
  for (const session of sessions) {
    // A session that names a row twice is one that names it.
    const seen = new Set<string>();
    for (const { path, names, value } of leaves(session, "", [])) {
      const place = found.get(path) ?? { names, sessions: new Map<string, number>() };
      if (!found.has(path) && found.size >= MOST_PATHS) continue;
      found.set(path, place);
      const once = `${path}\0${value}`;
      if (seen.has(once)) continue;
      seen.add(once);
      place.sessions.set(value, (place.sessions.get(value) ?? 0) + 1);
    }
  }
  return [...found].map(([path, place]) => ({ path, ...place }));
}

interface Leaf {
  readonly path: string;
  readonly names: readonly string[];
  readonly value: string;
}

function* leaves(value: unknown, path: string, names: readonly string[]): Generator<Leaf> {
  if (names.length > DEEPEST || path.length > 200) return;
  if (typeof value === "string") {
    if (path !== "" && value !== "" && value.length <= 100) yield { path, names, value };
  } else if (Array.isArray(value)) {
    // `[][]` is a list of lists; deeper nobody looks.
    if (path.endsWith("[][]")) return;
    for (const element of value) yield* leaves(element, `${path}[]`, names);
  } else if (typeof value === "object" && value !== null) {
    for (const [name, below] of Object.entries(value)) {
      // A row's own key for a name has no path that would fit the next session.
      if (isKeyLike(name)) continue;
      yield* leaves(below, path === "" ? step(name) : `${path}.${step(name)}`, [...names, name]);
    }
  }
}

function isKeyLike(name: string): boolean {
  return name === "" || /^\d+$/.test(name) || /[0-9a-f]{8}-|[0-9a-f]{20}/i.test(name);
}

function step(name: string): string {
  return /^[\p{L}_][\p{L}\p{N}_-]*$/u.test(name) ? name : JSON.stringify(name);
}
