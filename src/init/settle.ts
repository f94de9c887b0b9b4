import type { Fault, Path } from "../faults.ts";
import type { Findings, FoundEdge, FoundOwner } from "./findings.ts";
import { placeholder } from "./managed-owner.ts";

/**
 * The findings without what the database would not bear: each thing at fault is doubted for the very
 * reason that `gen-migrations` would refuse it for. The faults are those of the manifest made of them
 * as decided, and what has to be decided stays.
 */
export function settled(findings: Findings, faults: readonly Fault[]): Findings {
  const owners = findings.owners.map((owner) => withoutFaults(owner, faults));
  const isDeclared = owners.some(({ doubt }) => doubt === undefined);
  return { ...findings, owners: isDeclared ? owners : [placeholder(owners), ...owners] };
}

function withoutFaults(owner: FoundOwner, faults: readonly Fault[]): FoundOwner {
  if (owner.doubt !== undefined) return owner;
  const mine = faults.filter(({ path }) => path[0] === "owners" && path[1] === owner.name);
  const own = mine.find(({ path }) => path[2] !== "owns");
  return {
    ...owner,
    doubt: own && words(own),
    edges: edgesWithout(owner.edges, mine.map(below(2))),
  };
}

interface Placed {
  readonly fault: Fault;
  /** From `owns` on. */
  readonly rest: Path;
}

function below(depth: number): (fault: Fault) => Placed {
  return (fault) => ({ fault, rest: fault.path.slice(depth) });
}

/** A fault counts the edges that are declared. */
function edgesWithout(edges: readonly FoundEdge[], faults: readonly Placed[]): FoundEdge[] {
  let place = -1;
  return edges.map((edge) => {
    if (!isTried(edge)) return edge;
    place++;
    if (edge.inTheWay) return edge;
    const mine = faults
      .filter(({ rest }) => rest[0] === "owns" && rest[1] === place)
      .map(({ fault, rest }) => ({ fault, rest: rest.slice(2) }));
    const own = mine.find(({ rest }) => rest[0] !== "owns");
    return { ...edge, doubt: own && words(own.fault), owns: edgesWithout(edge.owns, mine) };
  });
}

function isTried({ doubt, inTheWay }: FoundEdge): boolean {
  return doubt === undefined || inTheWay === true;
}

/** The findings as they are once somebody has decided on what is in the way of an owner. */
export function asDecided(findings: Findings): Findings {
  const edge = (each: FoundEdge): FoundEdge =>
    each.inTheWay ? { ...each, doubt: undefined } : each;
  return {
    ...findings,
    owners: findings.owners.map((owner) => ({ ...owner, edges: owner.edges.map(edge) })),
  };
}

/** The faults of what nobody has to decide on first. */
export function faultsToSettle(findings: Findings, faults: readonly Fault[]): Fault[] {
  return faults.filter(({ path: [, name, , place] }) => {
    const owner = findings.owners.find((each) => each.name === name);
    return !owner?.edges.filter(isTried)[Number(place)]?.inTheWay;
  });
}

function words({ what, fix }: Fault): string {
  return `${what}. ${fix}`.replace(/\.$/, "");
}
