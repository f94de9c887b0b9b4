import { subjectOf, wordsOf } from "./names.ts";

/** Whom or what a session speaks of, and what is kept for the books: neither ends with a visit. */
const PEOPLE =
  "user account customer client member person profile admin staff employee contact guest tenant " +
  "organization organisation company team workspace group role permission";
const WARES =
  "product variant sku article category tag brand vendor supplier store shop warehouse price plan " +
  "currency country locale language region page post course event setting feature campaign coupon";
const BOOKS =
  "order payment invoice transaction purchase subscription charge refund receipt shipment booking " +
  "review comment rating vote audit log history visit view click metric statistic analytic message ticket " +
  "sale donation reservation consent signup registration enrolment enrollment contract agreement license " +
  "licence certificate credential appointment delivery return rental transfer deposit withdrawal payout " +
  "balance ledger journal voucher membership pledge credit signature redemption preorder backorder fulfillment " +
  "fulfilment referral timesheet prescription patient petition nomination archive backup notification newsletter subscriber lead complaint attempt key";
/** What may be kept, or may be of the hour. */
const EITHER =
  "checkout quote feedback application survey response answer submission request claim report statement " +
  "address version revision bid offer";
/** What is of the hour. */
const PASSING =
  "cart basket bag draft upload tmp temp temporary wizard preview scratch wish wishlist autosave cache buffer " +
  "stash staging";

const words = (list: string): ReadonlySet<string> => new Set(list.split(" "));
const PERSONS = words(PEOPLE);
const KEPT = words(BOOKS);
const LASTING = words(`${PEOPLE} ${WARES} ${BOOKS}`);
const MAYBE = words(EITHER);
const TEMPORARY = words(PASSING);

/** Why a table's rows outlive every session, as far as its name says; undefined when it does not. */
export function lastingName(table: string): string | undefined {
  const all = wordsOf(table);
  const last = all.at(-1) ?? "";
  if (has(TEMPORARY, last)) return undefined;
  // The items of an order are as lasting as the order is; a user's draft is a draft.
  return has(LASTING, last) || all.some((word) => has(KEPT, word))
    ? `by its name, a row of ${table} outlives a session`
    : undefined;
}

/** Why a table's rows may outlive their session, as far as its name says. */
export function maybeLastingName(table: string): string | undefined {
  return has(MAYBE, wordsOf(table).at(-1) ?? "")
    ? `by its name, a row of ${table} may be kept for longer than a session`
    : undefined;
}

/** Whether a table's rows are temporary by their name: `tmp_files`, `wizard_steps`. */
export function isTemporaryName(table: string): boolean {
  return lastingName(table) === undefined && wordsOf(table).some((word) => has(TEMPORARY, word));
}

/** Whether rows of such a table are kept for the books: orders and their lines. */
export function isForTheBooks(table: string): boolean {
  const all = wordsOf(table);
  return all.some((word) => has(KEPT, word)) && !has(TEMPORARY, all.at(-1) ?? "");
}

const RECORDS = words(
  "audit log history visit view click metric statistic analytic event message notification attempt",
);

/** Whether a table's rows only tell what happened: they may well name what is gone. */
export function isRecord(table: string): boolean {
  return wordsOf(table).some((word) => has(RECORDS, word));
}

/** `purchases` has lost its "es" to the rule that makes `boxes` a box. */
function has(list: ReadonlySet<string>, word: string): boolean {
  return list.has(word) || list.has(`${word}e`);
}

/** Whether a column says whose a row is: `user_id`, `customerId`; a mere `user` or `profile` need not. */
export function isPerson(column: string): boolean {
  const subject = subjectOf(column);
  return subject.length < wordsOf(column).length && PERSONS.has(subject.at(-1) ?? "");
}

/** What was counted of the rows that sessions name. */
export interface Naming {
  readonly table: string;
  /** How many of the different values sampled are keys. */
  readonly found: number;
  /** How many of them two or more of the sampled sessions name. */
  readonly shared: number;
  /** The table's rows, and how many of them all sessions together name, about. */
  readonly rows: number | undefined;
  readonly named: number;
  /** How many other tables refer to it. */
  readonly referring: number;
}

const MANY_TABLES = 3;
/** A login may leave two sessions that name one row for a while. */
const SHARED = 0.05;

/** Why sessions merely mention these rows; undefined when nothing speaks against their owning them. */
export function mentioned(naming: Naming): string | undefined {
  const { table, found, shared, referring } = naming;
  const name = lastingName(table);
  if (name !== undefined) return name;
  if (shared > 1 && shared > found * SHARED)
    return `several sessions name one row (${shared} of ${found})`;
  return referring >= MANY_TABLES ? `${referring} tables refer to ${table}` : undefined;
}

/** What may be said of a table most of whose rows no session names: it is so where nobody ever cleaned up. */
export function mostlyUnnamed({ table, rows, named }: Naming): string | undefined {
  if (rows === undefined || rows <= 10 || rows <= 2 * named) return undefined;
  return (
    `most rows of ${table} are named by no session: either they linger, and "lastwill orphans" counts ` +
    "them once this is declared, or they are not the sessions'"
  );
}

const ENOUGH = 3;
const MOST = 0.8;

/** Why what was counted is too little to rely on; undefined when it is not. */
export function doubtful({
  sampled,
  found,
}: {
  sampled: number;
  found: number;
}): string | undefined {
  if (found === 0) return "none of the sampled values exists";
  if (found < sampled * MOST) return "too many of the sampled values do not exist";
  if (found < ENOUGH) return "too few values to be sure";
  return undefined;
}
