import type { Queryable } from "./catalog.ts";
import { type DataEdge, type Graph, isDataEdge, type Owner } from "./graph.ts";
import { sessionsOf } from "./init/ask.ts";
import { dataPaths, parseData } from "./init/data-paths.ts";
import { decoded } from "./init/decode.ts";
import { didYouMean } from "./manifest/suggest.ts";
import { linkTables } from "./objects/edge-names.ts";

const SAMPLE = 300;
/** Of fewer rows nothing can be said. */
const ENOUGH = 10;

/**
 * New edges by a path that leads nowhere in a sample of the owner's rows: a slip in it would leave each owned row
 * without an owner. What cannot be read, or not in a few seconds, is passed over.
 *
 * @param created ids of the objects that the new migrations make
 */
export async function unseenPaths(
  database: Queryable,
  graph: Graph,
  created: ReadonlySet<string>,
): Promise<string[]> {
  const warnings: string[] = [];
  for (const owner of graph.owners) {
    const edges = owner.edges
      .filter(isDataEdge)
      .filter((edge) => linkTables([edge]).some((id) => created.has(id)));
    const paths = edges.flatMap(pathOf);
    if (paths.length === 0) continue;
    const sample = await sampleOf(database, owner);
    if (sample.length < ENOUGH) continue;
    const seen = dataPaths(sample).map(({ path }) => path);
    warnings.push(
      ...paths
        .filter(({ text }) => !seen.some((path) => bare(path) === bare(text)))
        .map(({ edge, text }) => warning(owner, edge, text, sample.length, seen)),
    );
  }
  return warnings;
}

function pathOf(edge: DataEdge): { edge: DataEdge; text: string }[] {
  return edge.pointer.kind === "path" ? [{ edge, text: edge.pointer.path.text }] : [];
}

async function sampleOf(database: Queryable, owner: Owner): Promise<unknown[]> {
  if (!owner.data) return [];
  const [schema, name] = owner.table;
  const columns = { data: owner.data.column, localEnd: undefined };
  const rows = await sessionsOf(database, { schema, name }, columns, undefined, SAMPLE);
  const texts = (rows ?? []).flatMap(({ data }) => data ?? []);
  try {
    const json = await decoded(texts, owner.data.format);
    return json.flatMap((text) => (text === null ? [] : (parseData(text) ?? [])));
  } catch {
    // The manifest's own check says what is wrong with the data; this is only a second look.
    return [];
  }
}

function bare(path: string): string {
  return path.replaceAll('"', "");
}

function warning(
  owner: Owner,
  edge: DataEdge,
  text: string,
  sampled: number,
  seen: readonly string[],
): string {
  const meant = didYouMean(text, seen);
  const fix =
    meant === undefined
      ? "Is it written as in the data? What no owner names, nothing ends, and lastwill orphans takes for lingering."
      : `Did you mean "${meant}"?`;
  return `${edge.id}: none of ${sampled} sampled rows of ${owner.written} has ${text} in ${owner.data?.column}.\n  ${fix}`;
}
