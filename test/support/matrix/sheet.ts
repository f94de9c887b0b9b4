import type { Fate, Fates } from "./fates.ts";
import type { Policy } from "./policies.ts";
import type { State, World } from "./world.ts";

/** How many cells were tried, and where what was found is not what is right. */
export interface Findings {
  readonly cells: number;
  readonly wrong: readonly string[];
}

/** Compares what is found with what is right. */
export class Sheet implements Findings {
  readonly world: World;
  readonly wrong: string[] = [];
  cells = 0;

  constructor(world: World) {
    this.world = world;
  }

  check(name: string, found: string, right: string): void {
    this.cells += 1;
    if (found !== right)
      this.wrong.push(`${this.world.policy.name}: ${name}: ${found}; right is ${right}`);
  }

  put(
    name: string,
    ids: readonly number[],
    seen: readonly State[],
    fates: (id: number) => Fates,
  ): void {
    const found = ids.map((id) => seen.map((state) => state[id] ?? this.world.gone()).join(", "));
    const right = ids.map((id) =>
      fates(id)
        .map((fate) => stateOf(fate, this.world))
        .join(", "),
    );
    this.check(name, found.join(" | "), right.join(" | "));
  }
}

function stateOf(fate: Fate, { kind, policy }: World): string {
  const { below, top } = kind;
  const [row, letter] = endedAs(policy);
  const waits = top.kind === "polymorphic" ? "dangling" : "free";
  const waitsBelow = "free";
  switch (fate) {
    case "lives":
      return below ? "tied / tied" : "tied";
    case "waits":
      return below ? `${waits} / tied` : waits;
    case "freed":
      return below ? "free / tied" : "free";
    case "ends":
      if (below && kind.keys && "on_delete" in kind.keys) return "marked free / tied";
      return `${below ? "gone / " : ""}${row}${letter}`;
    case "deleted":
      return below ? `gone / ${row}${letter}` : `gone${letter}`;
    case "below waits":
    case "below freed":
      return `tied / ${waitsBelow}`;
    case "below ends":
      return `tied / ${row}${letter}`;
    case "below emptied":
      return `${waits === "dangling" ? "free" : waits} / gone${letter}`;
    case "below deleted":
      return `tied / gone${letter}`;
  }
}

function endedAs({ ended, emits }: Policy): readonly [string, string] {
  return [ended === "marked" ? "marked free" : ended, emits ? " +1" : ""];
}
