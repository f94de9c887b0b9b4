import {
  type Edge,
  isMarked,
  isOwner,
  isPointing,
  named,
  pointerIn,
  type Setup,
  tyingColumns,
} from "./edges.ts";
import { emptyState, is, type Key, type Row, type State, type Tie, type Wait } from "./state.ts";

/**
 * What docs/semantics.md says, in memory: a database with ownership, of which each method does what one
 * statement does. It knows tables, join tables, archives and the outbox, and nothing of lastwill's own.
 */
export class Model {
  state: State = emptyState();
  private readonly edges: readonly Edge[];

  constructor({ edges }: Setup) {
    this.edges = edges;
  }

  // What applications do.

  insert(table: string, key: Key, row: Row): void {
    this.rows(table).set(key, { ...row });
    this.point(table, key);
  }

  update(table: string, key: Key, set: Row): void {
    const row = this.row(table, key) as Row;
    const before = { ...row };
    Object.assign(row, set);
    for (const edge of this.over(table)) {
      if (!isMarked(edge, before) && isMarked(edge, row)) this.write(edge, key, row);
      const again = tyingColumns(edge).some((column) =>
        // A foreign key's column has to change, one beside a type column only to be written.
        edge.tie === "column" ? row[column] !== before[column] : column in set,
      );
      if (again && this.isHeld(edge, row)) this.takeBack(edge, key as number);
    }
    const pointers = (of: Row) =>
      JSON.stringify(
        this.under(table).map((edge) => pointerIn(edge, of) ?? typeof named(edge, of)),
      );
    if (pointers(before) !== pointers(row)) this.point(table, key);
  }

  /** An owner is given another key: what it owns follows. */
  rename(table: string, from: Key, to: Key): void {
    const row = this.row(table, from) as Row;
    this.rows(table).delete(from);
    this.rows(table).set(to, row);
    for (const edge of this.under(table)) {
      const keys = this.belongings(edge, from);
      for (const owned of keys) this.rebind(edge, owned, from, to);
    }
    this.point(table, to);
  }

  /** One statement; or a TRUNCATE, for which no owner has expired. */
  delete(table: string, keys: Iterable<Key>, truncated = false): void {
    const gone = [...keys].flatMap((key): [Key, Row][] => {
      const row = this.row(table, key);
      return row ? [[key, row]] : [];
    });
    for (const [key, row] of gone) {
      this.rows(table).delete(key);
      for (const edge of this.over(table)) {
        if (!isMarked(edge, row)) this.write(edge, key, row);
        if (edge.tie === "through") this.untie((tie) => is(tie, edge, tie.owner, key));
      }
    }
    // All that they had is let go of first, and only then is any row decided.
    const ending: [Edge, number][] = [];
    for (const edge of this.under(table)) {
      for (const [owner, row] of gone) {
        const expired = row["expired"] === true && !truncated;
        const atOnce = !isOwner(table) || expired || !edge.grace;
        for (const owned of this.belongings(edge, owner)) {
          if (edge.tie === "column" || edge.policy === "set_null") this.detach(edge, owned);
          if (edge.policy === "set_null") continue;
          // One that is not there may be just being inserted: it is given the time to appear.
          if (atOnce && this.row(edge.table, owned)) ending.push([edge, owned]);
          else this.wait(edge, owner, owned, false);
        }
        this.untie((tie) => is(tie, edge, owner));
      }
    }
    for (const [edge, owned] of ending) this.end(edge, owned);
  }

  /** A row of a join table. */
  join(edge: Edge, owner: Key, owned: number): void {
    this.state.ties.push({ edge: edge.name, owner, owned });
    this.takeBack(edge, owned);
  }

  unjoin(edge: Edge, owner: Key, owned: number): void {
    this.untie((tie) => is(tie, edge, owner, owned));
    this.wait(edge, owner, owned, !edge.grace);
  }

  /** What belongs to one owner by `by` and `through`, or waits since it went, belongs to another. */
  adopt(table: string, from: Key, to: Key): void {
    for (const edge of this.under(table).filter((edge) => !isPointing(edge))) {
      const waiting = this.waitingOf(edge, from).filter((owned) => {
        const row = this.row(edge.table, owned);
        return row && !this.isHeld(edge, row);
      });
      const keys = new Set([...this.belongings(edge, from), ...waiting]);
      this.forget((wait) => is(wait, edge, from));
      for (const owned of keys) this.rebind(edge, owned, from, to);
    }
  }

  /** What belongs to an owner, or waits since it went, is somebody's, and no owner's. */
  claim(table: string, owner: Key, value: number): void {
    for (const edge of this.under(table).filter((edge) => edge.claim)) {
      const keys = this.belongings(edge, owner);
      for (const owned of [...keys, ...this.waitingOf(edge, owner)]) {
        const row = this.row(edge.table, owned);
        if (row) row["user_id"] ??= value;
      }
      for (const owned of keys) this.detach(edge, owned);
      // A name for a row that is not there goes on counting.
      this.untie((tie) => is(tie, edge, owner) && this.row(edge.table, tie.owned) !== undefined);
      this.forget((wait) => is(wait, edge, owner));
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
    this.forget(({ over }) => over);
    for (const { edge, owned } of due) this.end(this.edge(edge), owned);
  }

  // What there is.

  rows(table: string): Map<Key, Row> {
    return this.state.tables[table] as Map<Key, Row>;
  }

  row(table: string, key: Key): Row | undefined {
    return this.rows(table).get(key);
  }

  expired(table: string): Key[] {
    return [...this.rows(table)].filter(([, { expired }]) => expired).map(([key]) => key);
  }

  edge(name: string): Edge {
    return this.edges.find((edge) => edge.name === name) as Edge;
  }

  isTied(edge: Edge, owner: Key, owned: number): boolean {
    return this.state.ties.some((tie) => is(tie, edge, owner, owned));
  }

  private over(table: string): readonly Edge[] {
    return this.edges.filter((edge) => edge.table === table);
  }

  private under(table: string): readonly Edge[] {
    return this.edges.filter((edge) => edge.on === table);
  }

  /** Whether a row names, in its own columns, an owner who is there. */
  private isHeld(edge: Edge, row: Row): boolean {
    if (edge.tie === "column") return row[edge.name] !== null;
    if (edge.tie !== "polymorphic" || row["kind"] !== edge.on) return false;
    return [...this.rows(edge.on).keys()].some((key) => String(key) === row["whose"]);
  }

  private belongings(edge: Edge, owner: Key): number[] {
    const holding = [...this.rows(edge.table)].filter(([, row]) =>
      edge.tie === "polymorphic"
        ? row["kind"] === edge.on && row["whose"] === String(owner)
        : edge.tie === "column" && row[edge.name] === owner,
    );
    const tied = this.state.ties.filter((tie) => is(tie, edge, owner));
    return [...holding.map(([key]) => key as number), ...tied.map(({ owned }) => owned)];
  }

  /** What waits and names its owner no more; a polymorphic row goes on naming him. */
  private waitingOf(edge: Edge, owner: Key): number[] {
    if (edge.tie === "polymorphic") return [];
    return this.state.waits.filter((wait) => is(wait, edge, owner)).map(({ owned }) => owned);
  }

  // How rows are tied.

  /** An owner's row names something else than before: it lets go of that, and ties what it names now. */
  private point(table: string, owner: Key): void {
    const row = this.row(table, owner) as Row;
    // Of data that cannot be read nothing is known.
    const edges = this.under(table).filter((edge) => named(edge, row) !== undefined);
    for (const edge of edges) {
      const before = this.belongings(edge, owner);
      const replaced = before.filter((owned) => !named(edge, row)?.includes(owned));
      for (const owned of replaced) {
        this.untie((tie) => is(tie, edge, owner, owned));
        if (edge.keep) this.forget((wait) => wait.edge === edge.name && wait.owned === owned);
        else this.wait(edge, owner, owned, !edge.grace);
      }
    }
    for (const edge of edges) {
      for (const owned of named(edge, row) ?? []) this.tie(edge, owner, owned);
    }
  }

  private tie(edge: Edge, owner: Key, owned: number): void {
    const row = this.row(edge.table, owned);
    const tenant = this.row(edge.on, owner)?.["tenant"] ?? null;
    if (edge.guard && (tenant === null || row?.["tenant"] !== tenant)) return;
    // Somebody's already.
    if (edge.claim && row && row["user_id"] !== null) return;
    if (!this.isTied(edge, owner, owned)) this.state.ties.push({ edge: edge.name, owner, owned });
    this.takeBack(edge, owned);
  }

  /** What is one owner's is another's. */
  private rebind(edge: Edge, owned: number, from: Key, to: Key): void {
    const row = this.row(edge.table, owned);
    if (edge.tie === "column" && row) row[edge.name] = to;
    else if (edge.tie === "polymorphic" && row) row["whose"] = String(to);
    else {
      this.untie((tie) => is(tie, edge, from, owned));
      if (!this.isTied(edge, to, owned))
        this.state.ties.push({ edge: edge.name, owner: to, owned });
    }
    if (!isPointing(edge)) this.takeBack(edge, owned);
  }

  private untie(isCut: (tie: Tie) => boolean): void {
    this.state.ties = this.state.ties.filter((tie) => !isCut(tie));
  }

  /** The column that held the owner's key is null. */
  private detach(edge: Edge, owned: number): void {
    const row = this.row(edge.table, owned);
    if (row && edge.tie === "column") row[edge.name] = null;
    if (row && edge.tie === "polymorphic" && row["kind"] === edge.on)
      Object.assign(row, { whose: null, kind: null });
  }

  // How rows wait, and end.

  private wait(edge: Edge, owner: Key, owned: number, over: boolean): void {
    this.state.waits.push({ edge: edge.name, owner, owned, over });
  }

  private forget(isOver: (wait: Wait) => boolean): void {
    this.state.waits = this.state.waits.filter((wait) => !isOver(wait));
  }

  private takeBack({ table }: Edge, key: number): void {
    this.forget((wait) => this.edge(wait.edge).table === table && wait.owned === key);
  }

  /** Ends a row that an edge let go of, unless it has another owner, waits for one, or is kept. */
  private end(edge: Edge, key: number): void {
    const { table, policy } = edge;
    const row = this.row(table, key);
    const isOver = (tie: Tie) => this.edge(tie.edge).table === table && tie.owned === key;
    if (!row || this.over(table).some((other) => this.isHeld(other, row))) return;
    if (this.state.ties.some(isOver)) return;
    if (this.state.waits.some((wait) => !wait.over && isOver(wait))) return;
    const keeps = (each: Edge) =>
      (each.keepWhen && row["kept"]) || (each.claim && row["user_id"] !== null);
    if (this.over(table).some(keeps)) {
      this.detach(edge, key);
    } else if (policy === "soft_delete") {
      if (isMarked(edge, row)) return;
      this.detach(edge, key);
      this.update(table, key, { [edge.mark]: true });
    } else {
      if (policy === "archive") this.state.archived.push({ table, id: key, tenant: row["tenant"] });
      this.delete(table, [key]);
    }
  }

  /** A letter, where an edge wants one, for a row that goes. */
  private write(edge: Edge, key: Key, row: Row): void {
    if (!edge.emit) return;
    this.state.letters.push({ edge: edge.name, key: String(key), tenant: row["tenant"] });
  }
}
