import { type Edge, isOwner, names, type Setup } from "./manifests.ts";

export type Key = string | number;

/** A row's columns but its key. Of moments the model knows only whether they are past. */
export type Row = Record<string, unknown>;

/** That an owner ties a row, or has let go of it. */
interface Tie {
  readonly edge: string;
  readonly owner: Key;
  readonly owned: number;
}

interface Wait extends Tie {
  /** Whether the grace is over. */
  over: boolean;
}

interface State {
  readonly tables: Record<string, Map<Key, Row>>;
  /** Every key that was ever given to an owned row. */
  readonly made: Set<string>;
  /** The rows of the join tables. */
  joins: Tie[];
  /** What is tied because its owner named it. */
  links: Tie[];
  waits: Wait[];
  readonly archived: { table: string; id: Key; tenant: unknown }[];
  readonly letters: { edge: string; key: string; tenant: unknown }[];
}

/**
 * What docs/semantics.md says, in memory: a database with ownership, of which each method does what one
 * statement does. It knows tables, join tables, archives and the outbox, and nothing of lastwill's own.
 */
export class Model {
  state: State;
  private readonly edges: readonly Edge[];

  constructor(setup: Setup) {
    this.edges = setup.edges;
    const tables = ["session", "visitor", "a", "b", "c"].map((table) => [table, new Map()]);
    this.state = {
      tables: Object.fromEntries(tables),
      made: new Set(),
      joins: [],
      links: [],
      waits: [],
      archived: [],
      letters: [],
    };
  }

  rows(table: string): Map<Key, Row> {
    return this.state.tables[table] as Map<Key, Row>;
  }

  // What an application does.

  insert(table: string, key: Key, row: Row): void {
    this.rows(table).set(key, { ...row });
    this.point(table, key);
    for (const edge of this.over(table)) {
      if (this.names(edge, row)) this.takeBack(edge, key as number);
    }
  }

  update(table: string, key: Key, set: Row): void {
    const row = this.rows(table).get(key) as Row;
    const before = { ...row };
    Object.assign(row, set);
    for (const edge of this.over(table)) {
      if (edge.policy === "soft_delete" && row[edge.mark] && !before[edge.mark])
        this.write(edge, key, row);
      const moved = tieColumns(edge).some((column) => row[column] !== before[column]);
      if (moved && this.names(edge, row)) this.takeBack(edge, key as number);
    }
    const pointers = (of: Row) =>
      JSON.stringify(this.under(table).map((edge) => [of["data"] === null, named(edge, of)]));
    if (pointers(before) !== pointers(row)) this.point(table, key);
  }

  /** The owner's key is updated: what it owns follows. */
  rename(table: string, from: Key, to: Key): void {
    const follow = <T extends Tie>(tie: T): T =>
      tie.owner === from && this.edge(tie.edge).on === table ? { ...tie, owner: to } : tie;
    const row = this.rows(table).get(from) as Row;
    this.rows(table).delete(from);
    this.rows(table).set(to, row);
    for (const edge of this.under(table)) {
      for (const key of this.belongings(edge, from, "columns")) {
        this.bind(edge, this.rows(edge.table).get(key) as Row, to);
      }
    }
    this.state.joins = this.state.joins.map(follow);
    this.state.links = this.state.links.map(follow);
    this.point(table, to);
  }

  /** One statement, or a TRUNCATE, for which no owner counts as expired. */
  delete(table: string, keys: Iterable<Key>, truncated = false): void {
    const gone = [...keys].flatMap((key): [Key, Row][] => {
      const row = this.rows(table).get(key);
      return row ? [[key, row]] : [];
    });
    for (const [key, row] of gone) {
      this.rows(table).delete(key);
      for (const edge of this.over(table)) {
        if (!(edge.policy === "soft_delete" && row[edge.mark])) this.write(edge, key, row);
        this.state.joins = this.state.joins.filter(
          (tie) => tie.edge !== edge.name || tie.owned !== key,
        );
      }
    }
    // All that goes is let go of first, and only then is any row decided.
    const ending: [Edge, number][] = [];
    for (const edge of this.under(table)) {
      for (const [owner, row] of gone) {
        const expired = Boolean(row["expired"]) && !truncated;
        const atOnce = !isOwner(table) || expired || !edge.grace;
        for (const owned of this.belongings(edge, owner)) {
          const there = this.rows(edge.table).has(owned);
          if (edge.policy === "set_null") this.unbind(edge, owned);
          // One that is not there may be just being inserted: it has the time to appear.
          else if (atOnce && there) ending.push([edge, owned]);
          else this.state.waits.push({ edge: edge.name, owner, owned, over: false });
          if (edge.tie === "column") this.unbind(edge, owned);
        }
        this.cut(edge, owner);
      }
    }
    for (const [edge, owned] of ending) this.end(edge, owned);
  }

  join(edge: Edge, owner: Key, owned: number): void {
    this.state.joins.push({ edge: edge.name, owner, owned });
    this.takeBack(edge, owned);
  }

  unjoin(edge: Edge, owner: Key, owned: number): void {
    this.state.joins = this.state.joins.filter((tie) => !isTie(tie, edge, owner, owned));
    this.release(edge, owner, owned);
  }

  isJoined(edge: string, owner: Key, owned: number): boolean {
    return this.state.joins.some((tie) => isTie(tie, this.edge(edge), owner, owned));
  }

  adopt(table: string, from: Key, to: Key): void {
    for (const edge of this.under(table)) {
      if (names(edge)) continue;
      const waiting = this.state.waits.filter((wait) => isTie(wait, edge, from));
      const free = waiting.filter(({ owned }) => {
        const row = this.rows(edge.table).get(owned);
        return row !== undefined && (edge.tie !== "column" || row[edge.name] === null);
      });
      const keys = new Set([
        ...this.belongings(edge, from),
        ...(edge.tie === "polymorphic" ? [] : free.map(({ owned }) => owned)),
      ]);
      this.cut(edge, from);
      this.state.waits = this.state.waits.filter((wait) => !isTie(wait, edge, from));
      for (const owned of keys) {
        const row = this.rows(edge.table).get(owned) as Row;
        if (edge.tie !== "through") this.bind(edge, row, to);
        else if (!this.state.joins.some((tie) => isTie(tie, edge, to, owned)))
          this.state.joins.push({ edge: edge.name, owner: to, owned });
        this.takeBack(edge, owned);
      }
    }
  }

  claim(table: string, key: Key, value: number): void {
    for (const edge of this.under(table)) {
      if (!edge.claim) continue;
      const waiting = this.state.waits.filter((wait) => isTie(wait, edge, key));
      for (const owned of [
        ...this.belongings(edge, key),
        ...waiting.map(({ owned }) => owned),
      ]) {
        const row = this.rows(edge.table).get(owned);
        if (row) row["user_id"] = value;
      }
      for (const owned of this.belongings(edge, key, "columns")) this.unbind(edge, owned);
      this.cut(edge, key);
      this.state.waits = this.state.waits.filter((wait) => !isTie(wait, edge, key));
    }
  }

  // What time does.

  /** Every grace is over. */
  pass(): void {
    for (const wait of this.state.waits) wait.over = true;
  }

  sweep(): void {
    for (const table of ["session", "visitor"]) this.delete(table, this.expired(table));
    const due = this.state.waits.filter(({ over }) => over);
    this.state.waits = this.state.waits.filter(({ over }) => !over);
    for (const { edge, owned } of due) this.end(this.edge(edge), owned);
  }

  expired(table: string): Key[] {
    return [...this.rows(table)].filter(([, { expired }]) => expired).map(([key]) => key);
  }

  // How rows are tied.

  edge(name: string): Edge {
    return this.edges.find((edge) => edge.name === name) as Edge;
  }

  private over(table: string): readonly Edge[] {
    return this.edges.filter((edge) => edge.table === table);
  }

  private under(table: string): readonly Edge[] {
    return this.edges.filter((edge) => edge.on === table);
  }

  /** Whether a row names an owner that is there in its own columns. */
  private names(edge: Edge, row: Row): boolean {
    if (edge.tie === "column") return row[edge.name] !== null;
    if (edge.tie !== "polymorphic" || row["kind"] !== edge.on) return false;
    return [...this.rows(edge.on).keys()].some((key) => String(key) === row["whose"]);
  }

  private isTied(table: string, key: number): boolean {
    const row = this.rows(table).get(key) as Row;
    const ties = [...this.state.joins, ...this.state.links];
    return this.over(table).some(
      (edge) =>
        this.names(edge, row) || ties.some((tie) => tie.edge === edge.name && tie.owned === key),
    );
  }

  /** The keys of what belongs to an owner by an edge: all, or what says so in its own columns. */
  private belongings(edge: Edge, owner: Key, by: "columns" | "any" = "any"): number[] {
    const rows = [...this.rows(edge.table)].filter(([, row]) =>
      edge.tie === "polymorphic"
        ? row["kind"] === edge.on && row["whose"] === String(owner)
        : edge.tie === "column" && row[edge.name] === owner,
    );
    const ties = by === "any" ? [...this.state.joins, ...this.state.links] : [];
    return [
      ...rows.map(([key]) => key as number),
      ...ties.filter((tie) => isTie(tie, edge, owner)).map(({ owned }) => owned),
    ];
  }

  private bind(edge: Edge, row: Row, owner: Key): void {
    if (edge.tie === "column") row[edge.name] = owner;
    if (edge.tie === "polymorphic") Object.assign(row, { whose: String(owner), kind: edge.on });
  }

  private unbind(edge: Edge, owned: number): void {
    const row = this.rows(edge.table).get(owned);
    if (row && edge.tie === "column") row[edge.name] = null;
    if (row && edge.tie === "polymorphic" && row["kind"] === edge.on)
      Object.assign(row, { whose: null, kind: null });
  }

  private cut(edge: Edge, owner: Key, still: readonly number[] = []): void {
    const stays = (tie: Tie) => !isTie(tie, edge, owner) || still.includes(tie.owned);
    this.state.joins = this.state.joins.filter(stays);
    this.state.links = this.state.links.filter(stays);
  }

  /** An owner's row is written and names something else than before: it ties that, and lets go of the rest. */
  private point(table: string, owner: Key): void {
    const row = this.rows(table).get(owner) as Row;
    // Data that cannot be read: nothing is known.
    const edges = this.under(table).filter((edge) => names(edge) && named(edge, row) !== undefined);
    for (const edge of edges) {
      for (const owned of named(edge, row) ?? []) this.tie(edge, owner, owned);
    }
    for (const edge of edges) {
      const still = named(edge, row) ?? [];
      const replaced = this.belongings(edge, owner).filter((owned) => !still.includes(owned));
      this.cut(edge, owner, still);
      for (const owned of replaced) this.release(edge, owner, owned);
    }
  }

  private tie(edge: Edge, owner: Key, owned: number): void {
    const row = this.rows(edge.table).get(owned);
    const tenant = this.rows(edge.on).get(owner)?.["tenant"] ?? null;
    if (edge.guard && (tenant === null || row?.["tenant"] !== tenant)) return;
    // Somebody's already.
    if (edge.claim && row && row["user_id"] !== null) return;
    if (!this.state.links.some((tie) => isTie(tie, edge, owner, owned)))
      this.state.links.push({ edge: edge.name, owner, owned });
    this.takeBack(edge, owned);
  }

  // How rows end.

  private release(edge: Edge, owner: Key, owned: number): void {
    if (edge.keep) {
      this.state.waits = this.state.waits.filter(
        (wait) => wait.edge !== edge.name || wait.owned !== owned,
      );
    } else this.state.waits.push({ edge: edge.name, owner, owned, over: !edge.grace });
  }

  private takeBack({ table }: Edge, key: number): void {
    this.state.waits = this.state.waits.filter(
      ({ edge, owned }) => this.edge(edge).table !== table || owned !== key,
    );
  }

  /** Ends a row that an edge let go of, unless it is tied, waits for another owner, or is kept. */
  private end(edge: Edge, key: number): void {
    const { table, mark } = edge;
    const row = this.rows(table).get(key);
    const waits = this.state.waits.some(
      (wait) => !wait.over && this.edge(wait.edge).table === table && wait.owned === key,
    );
    if (!row || waits || this.isTied(table, key)) return;
    const kept = (edge.keepWhen && row["kept"]) || (edge.claim && row["user_id"] !== null);
    if (kept || edge.policy === "soft_delete") {
      for (const each of this.over(table)) this.unbind(each, key);
    }
    if (kept) return;
    if (edge.policy === "soft_delete") return this.update(table, key, { [mark]: true });
    if (edge.policy === "archive")
      this.state.archived.push({ table, id: key, tenant: row["tenant"] });
    this.delete(table, [key]);
  }

  /** A letter, where an edge wants one, for a row that goes. */
  private write(edge: Edge, key: Key, row: Row): void {
    if (!edge.emit) return;
    this.state.letters.push({ edge: edge.name, key: String(key), tenant: row["tenant"] });
  }
}

function isTie(tie: Tie, edge: Edge, owner: Key, owned = tie.owned): boolean {
  return tie.edge === edge.name && tie.owner === owner && tie.owned === owned;
}

function tieColumns({ tie, name }: Edge): string[] {
  if (tie === "column") return [name];
  return tie === "polymorphic" ? ["whose", "kind"] : [];
}

/** The keys that a row names; undefined where it cannot be read, or where the edge is of another kind. */
function named({ tie, name }: Edge, row: Row): readonly number[] | undefined {
  if (tie === "pointer" || tie === "array") return keysIn(row[name]);
  if (tie !== "path" && tie !== "list") return undefined;
  const data = row["data"] as Row | null;
  return data === null ? undefined : keysIn(data[name]);
}

function keysIn(pointer: unknown): readonly number[] {
  return [pointer ?? []].flat() as number[];
}
