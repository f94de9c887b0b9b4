import type { TestDatabase } from "../database.ts";
import { crowded } from "./crowd.ts";
import { ownersOf, schemaOf } from "./install.ts";
import type { Policy } from "./policies.ts";
import type { Place, Tie } from "./ties.ts";

/** A chain of ties that rows are tried under: the owner's, and perhaps one below it. */
export interface Kind {
  readonly name: string;
  readonly top: Tie;
  /** More keys of the topmost edge. */
  readonly keys?: Record<string, unknown>;
  /** Whether a row of an owner who was deleted live waits to be tied again. */
  readonly grace: boolean;
  /** A tie to the rows in question, below rows that the first one ties. */
  readonly below?: Tie;
  /** Another tie over the same rows: of the same owner, or of another one. */
  readonly second?: { readonly tie: Tie; readonly owner: "same" | "other" };
}

const TOP = { parent: "session", key: "sid", type: "text", between: "session_ties" } as const;
const NUMBERED = { ...TOP, key: "number", type: "bigint" } as const;
/** What a middle row's key is more than that of the row below it. */
const MIDDLE = 500_000;

export type State = Record<number, string>;

/** The tables of one kind under one policy, in a schema of their own, and what an application does there. */
export class World {
  readonly top: Place;
  readonly second: Place;
  readonly below: Place;
  readonly kind: Kind;
  readonly policy: Policy;
  readonly #db: TestDatabase;
  #last = 0;

  constructor(db: TestDatabase, kind: Kind, policy: Policy) {
    this.#db = db;
    this.kind = kind;
    this.policy = policy;
    const place = kind.top.key === "number" ? NUMBERED : TOP;
    this.top = { ...place, owned: kind.below ? "middle" : "owned" };
    const other = kind.second?.owner === "other" ? "wish" : "session";
    this.second = { ...TOP, parent: other, owned: "owned", between: "wish_ties" };
    this.below = {
      parent: "middle",
      key: "id",
      type: "bigint",
      owned: "owned",
      between: "middle_ties",
    };
  }

  async run(...statements: readonly string[]): Promise<void> {
    for (const statement of statements) await this.#db.query(this.#call(statement));
  }

  #call(text: string): string {
    return this.policy.crowded ? crowded(text) : text;
  }

  /** Everything of this world, for the database's search path. */
  async enter(): Promise<void> {
    await this.#db.query(`set search_path = ${this.policy.name}`);
  }

  schema(): string {
    return this.#call(schemaOf(this));
  }

  /** The owners' part of the manifest. */
  owners(): Record<string, unknown> {
    return JSON.parse(this.#call(JSON.stringify(ownersOf(this))));
  }

  /** A number that no owner and no row has had. */
  next(): number {
    this.#last += 1;
    return this.#last;
  }

  /** A row that nobody owns yet, and the one above it. */
  rowSql(id: number, kept = false): string {
    const { below } = this.kind;
    const insert = `insert into owned (id, kept) values (${id}, ${kept})`;
    if (!below) return insert;
    const [name, value] = below.names?.([id]) ?? ["row_no", `${id}`];
    const columns = name === "row_no" ? name : `row_no, ${name}`;
    const values = name === "row_no" ? value : `${id}, ${value}`;
    const middle = `insert into middle (id, ${columns}, kept) values (${MIDDLE + id}, ${values}, ${kept})`;
    return `${insert}; ${middle}${below.names ? "" : `; ${below.tie(this.below, MIDDLE + id, [id])}`}`;
  }

  /** The rows that hang on the owner itself. */
  topIds(ids: readonly number[]): number[] {
    return ids.map((id) => (this.kind.below ? MIDDLE + id : id));
  }

  /** An owner that ties these rows, by the first tie. */
  loginSql(n: number, ids: readonly number[], table: "session" | "wish" = "session"): string[] {
    const names =
      ids.length > 0 && table === "session" ? this.kind.top.names?.(this.topIds(ids)) : undefined;
    const [column, value] = names ? [`, ${names[0]}`, `, ${names[1]}`] : ["", ""];
    const insert = `insert into ${table} (sid, number${column}) values ('${n}', ${n}${value})`;
    return names || ids.length === 0 || table === "wish" ? [insert] : [insert, this.tieSql(n, ids)];
  }

  tieSql(n: number, ids: readonly number[]): string {
    return this.kind.top.tie(this.top, n, this.topIds(ids));
  }

  untieSql(n: number): string {
    return this.kind.top.untie(this.top, n);
  }

  replaceSql(n: number, ids: readonly number[]): string {
    return this.kind.top.replace?.(this.top, n, this.topIds(ids)) ?? "";
  }

  /** By the second tie: whose columns are called otherwise where they are of the owned table. */
  secondSql(verb: "tie" | "untie", n: number, ids: readonly number[] = []): string {
    const { second } = this.kind;
    if (!second) return "";
    const sql =
      verb === "tie" ? second.tie.tie(this.second, n, ids) : second.tie.untie(this.second, n);
    return second.tie.kind === "data" ? sql : sql.replaceAll("parent_", "second_");
  }

  /** What has become of each row, by the user's own tables, and how many letters it left. */
  async look(before: ReadonlyMap<number, string> = new Map()): Promise<State> {
    const { kind, policy } = this;
    const bottom = kind.below
      ? this.#statesSql("owned", kind.below, this.below)
      : this.#statesSql("owned", kind.top, this.top);
    const queries = [
      bottom,
      kind.below ? this.#statesSql("middle", kind.top, this.top) : "",
      policy.ended === "archived"
        ? `select 'archive', id, (to_jsonb(kept.*) - 'archived_at' - 'later_columns')::text
           from kept where archived_at is not null`
        : "",
      `select 'letters', key::bigint, count(*) || case when bool_and(payload ? 'path') then '' else ' odd' end
       from lastwill.outbox where edge like '${policy.name}.%' group by key`,
    ];
    const rows = await this.#db.query<{ what: string; no: string; state: string }>(
      this.#call(
        `select * from (${queries.filter(Boolean).join(" union all ")}) as seen (what, no, state)`,
      ),
    );
    const traces = new Map<number, Map<string, string>>();
    for (const { what, no, state } of rows) {
      const trace = traces.get(Number(no)) ?? new Map<string, string>();
      const same = what === "archive" && this.#plain(state) !== before.get(Number(no));
      trace.set(
        what,
        what === "archive"
          ? `archived${same ? ", not whole" : ""}${trace.has(what) ? " twice" : ""}`
          : state,
      );
      traces.set(Number(no), trace);
    }
    return Object.fromEntries([...traces].map(([id, trace]) => [id, this.#stateOf(trace)]));
  }

  #stateOf(trace: ReadonlyMap<string, string>): string {
    const owned =
      [trace.get("owned"), trace.get("archive")].filter(Boolean).join(" and ") || "gone";
    const letters = trace.get("letters");
    const state = letters === undefined ? owned : `${owned} +${letters}`;
    return this.kind.below ? `${trace.get("middle") ?? "gone"} / ${state}` : state;
  }

  #statesSql(table: string, tie: Tie, place: Place): string {
    const ties = [tie.tied(place)];
    if (table === "owned" && this.kind.second) {
      const { tie: second } = this.kind.second;
      const sql = second.tied(this.second);
      ties.push(second.kind === "data" ? sql : sql.replaceAll("parent_", "second_"));
    }
    const marked =
      table === "owned"
        ? "o.deleted is true or o.deleted_at is not null"
        : "o.deleted_at is not null";
    const held = tie.tying.length > 0 ? `o.${tie.tying.at(-1)} is not null` : "false";
    return `
      select '${table}', o.${table === "middle" ? "row_no" : "id"}, concat_ws(' ',
        case when ${marked} then 'marked' end,
        case when o.id in (${ties.join(" union all ")}) then 'tied' when ${held} then 'dangling' else 'free' end
      )
      from ${table} as o`;
  }

  /** How a row looks of which there is no trace. */
  gone(): string {
    return this.kind.below ? "gone / gone" : "gone";
  }

  /** The rows as they are, but for what ties them. */
  async remember(): Promise<Map<number, string>> {
    const rows = await this.#db.query<{ no: string; row: string }>(
      this.#call("select id as no, to_jsonb(owned.*)::text as row from owned"),
    );
    return new Map(rows.map(({ no, row }) => [Number(no), this.#plain(row)]));
  }

  #plain(row: string): string {
    const columns = Object.entries(JSON.parse(row));
    const ties = [...this.kind.top.tying, ...(this.kind.below?.tying ?? []), "second_key"].map(
      (name) => this.#call(name),
    );
    return JSON.stringify(columns.filter(([name]) => !ties.includes(name)).sort());
  }

  /** The code of the error that a statement raises, if it does. */
  async attempt(statement: string): Promise<string | undefined> {
    try {
      await this.#db.query(this.#call(statement));
      return undefined;
    } catch (error) {
      return String((error as { code?: unknown }).code);
    }
  }
}
