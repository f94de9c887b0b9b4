import { DatabaseError } from "../exit.ts";

/** A pool of connections, as `pg.Pool` is one. */
export interface OutboxPool {
  query(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
  connect(): Promise<OutboxClient>;
  readonly options?: { readonly max?: number | undefined };
}

/** A connection of such a pool. */
export interface OutboxClient {
  query(text: string): Promise<unknown>;
  on(event: string, listener: (...details: never[]) => void): unknown;
  release(destroy: boolean): void;
}

/** One row of an emitting edge that is gone. */
export interface Letter<Payload = Record<string, unknown>> {
  /** The letter's own number. It stays the same when the letter comes again. */
  readonly id: string;
  /** The edge that owned the row: `session.uploads`. */
  readonly edge: string;
  /** The key of the row that is gone, as text. */
  readonly key: string;
  /** Its columns that the manifest declares under `emit`. */
  readonly payload: Payload;
  /** When the transaction that ended the row began. */
  readonly emittedAt: Date;
  /** How often it was handed out, this time included. */
  readonly tries: number;
}

/** What letters are taken, and on which terms. */
export interface Terms {
  readonly batch: number;
  readonly lease: number;
  readonly maxTries: number;
  readonly edges: readonly string[] | undefined;
}

/** Takes letters that are due, and leases them: until that is over nobody else gets them. */
export async function takeLetters(pool: OutboxPool, terms: Terms): Promise<Letter[]> {
  const { batch, lease, maxTries, edges } = terms;
  // Text and numbers are the same whatever the pool's type parsers make of bigint and timestamptz.
  const { rows } = await pool.query(
    `select letter.id::text as number,
            letter.edge,
            letter.key,
            letter.payload,
            extract(epoch from letter.emitted_at)::text as emitted,
            letter.tries
     from lastwill.outbox_take($1, $2 * interval '1 second', $3, $4::text[]) as letter
     order by letter.id`,
    [batch, lease, maxTries, edges ?? null],
  );
  return rows.map((row) => ({
    id: row["number"] as string,
    edge: row["edge"] as string,
    key: row["key"] as string,
    payload: row["payload"] as Letter["payload"],
    emittedAt: new Date(Number(row["emitted"]) * 1000),
    tries: Number(row["tries"]),
  }));
}

/** Strikes out letters that were handled. */
export async function strikeOut(pool: OutboxPool, ids: readonly string[]): Promise<void> {
  await pool.query("select lastwill.outbox_done($1::bigint[])", [ids]);
}

/** Notes that a handler failed; gives whether that was the letter's last try. */
export async function noteFailure(
  pool: OutboxPool,
  letter: Letter,
  failure: { readonly reason: string; readonly retryIn: number; readonly maxTries: number },
): Promise<boolean> {
  const { rows } = await pool.query(
    `select lastwill.outbox_failed($1::bigint, $2, $3, $4 * interval '1 second', $5) as dead`,
    // PostgreSQL's text holds no NUL, and nobody reads a reason of megabytes.
    [
      letter.id,
      letter.tries,
      failure.reason.replaceAll("\0", "").slice(0, 2000),
      failure.retryIn,
      failure.maxTries,
    ],
  );
  return rows[0]?.["dead"] === true;
}

/** Puts back letters that were taken and not begun. */
export async function giveBack(pool: OutboxPool, ids: readonly string[]): Promise<void> {
  await pool.query("select lastwill.outbox_give_back($1::bigint[])", [ids]);
}

/** What to say of an error that no repetition will cure; undefined for any other. */
export function setupFault(error: unknown): Error | undefined {
  const { code = "", message } = error as { code?: string; message: string };
  if (/after calling end on the pool/.test(message)) return error as Error;
  const remedy = REMEDIES.find(([codes]) => codes.test(code))?.[1];
  if (remedy === undefined) return undefined;
  return new DatabaseError(`the outbox cannot be drained: ${message}\n  ${remedy}`, {
    cause: error,
  });
}

const REMEDIES: readonly (readonly [codes: RegExp, remedy: string])[] = [
  [/^42501$/, "Let the role drain: `grants: {drain: [role]}` in the manifest, and migrate."],
  [
    /^(3F000|42883|42P01)$/,
    "The outbox is not here, or not up to date: declare `emit` on an edge, and run lastwill migrate up.",
  ],
  [/^(28\w{3}|3D000)$/, "Look at the pool's connection string."],
];
