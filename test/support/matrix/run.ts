import type { TestDatabase } from "../database.ts";
import { settle } from "../installed.ts";
import { ENDINGS, type End, type Owning } from "./ends.ts";
import { DELETED, type Fate, type Fates, FREED, LIVES, left } from "./fates.ts";
import { SHARED_ENDINGS, type SharedEnd } from "./shared-ends.ts";
import { type Findings, Sheet } from "./sheet.ts";
import type { Tie } from "./ties.ts";
import type { State, World } from "./world.ts";

interface Cell {
  readonly end: End;
  readonly owners: readonly Owning[];
  /** The rows for which keep_when holds. */
  readonly kept: ReadonlySet<number>;
  readonly seen: State[];
}

/** Rows that nothing ever happens to, and that must be there in the end. */
interface Witnesses {
  readonly control: Owning;
  readonly bystander: number;
}

/** Makes owners and rows for each way to end, has it happen, and looks: at once, after a sweep, in the end. */
export async function runEnds(db: TestDatabase, world: World): Promise<Findings> {
  await world.enter();
  const sheet = new Sheet(world);
  const witnesses = await makeWitnesses(world);
  const cells: Cell[] = [];
  for (const end of ENDINGS) {
    if (end.happens?.(world.kind) ?? true) cells.push(await makeCell(world, end));
  }
  const before = await world.remember();
  for (const { end, owners, seen } of cells) {
    await world.run(...end.act(world, owners));
    seen.push(await world.look(before));
  }
  await settleBoth(db, world, before, cells);
  for (const cell of cells) compare(sheet, cell);
  const last = cells.at(-1)?.seen ?? [];
  sheet.put("a row of another owner", witnesses.control.ids, last, () => LIVES);
  sheet.put("a row that nobody ever tied", [witnesses.bystander], last, () => FREED);
  await truncate(db, sheet, witnesses, before);
  return sheet;
}

/** The same for rows that two edges tie. */
export async function runShared(db: TestDatabase, world: World): Promise<Findings> {
  await world.enter();
  const sheet = new Sheet(world);
  const owners = world.kind.second?.owner ?? "same";
  const make = async () => {
    const ids = world.kind.second?.tie.many ? [world.next(), world.next()] : [world.next()];
    const n = world.next();
    await world.run(...ids.map((id) => world.rowSql(id)), ...world.loginSql(n, ids));
    if (owners === "other") await world.run(...world.loginSql(n, [], "wish"));
    await world.run(world.secondSql("tie", n, ids));
    return { n, ids };
  };
  const control = await make();
  const cells: { readonly end: SharedEnd; readonly owning: Owning; readonly seen: State[] }[] = [];
  for (const end of SHARED_ENDINGS) {
    if (end.owners === "any" || end.owners === owners)
      cells.push({ end, owning: await make(), seen: [] });
  }
  const before = await world.remember();
  for (const { end, owning, seen } of cells) {
    await world.run(...end.act(world, owning.n, owning.ids));
    seen.push(await world.look(before));
  }
  await settleBoth(db, world, before, cells);
  for (const { end, owning, seen } of cells) {
    sheet.put(end.name, owning.ids, seen, () => end.fates(world.kind));
  }
  sheet.put("a row of another owner", control.ids, cells.at(-1)?.seen ?? [], () => LIVES);
  return sheet;
}

/** What is seen of every cell after a sweep, and when every grace is over. */
async function settleBoth(
  db: TestDatabase,
  world: World,
  before: ReadonlyMap<number, string>,
  cells: readonly { readonly seen: State[] }[],
): Promise<void> {
  await db.query("call lastwill.sweep()");
  const swept = await world.look(before);
  await settle(db);
  const settled = await world.look(before);
  for (const { seen } of cells) seen.push(swept, settled);
}

/** The code of "cannot truncate a table referenced in a foreign key constraint". */
const REFERENCED = "0A000";

/** TRUNCATE of each of the tables, from the owner's downwards. */
async function truncate(
  db: TestDatabase,
  sheet: Sheet,
  { control, bystander }: Witnesses,
  before: ReadonlyMap<number, string>,
): Promise<void> {
  const { world } = sheet;
  const { top, below } = world.kind;
  const byKey = ({ kind }: Tie) => kind === "column" || kind === "through";
  const emptied = async (table: string, isReferenced: boolean) => {
    const error = await world.attempt(`truncate ${table}`);
    sheet.check(`TRUNCATE of ${table}`, error ?? "none", isReferenced ? REFERENCED : "none");
    return error === undefined;
  };
  if (await emptied("session", byKey(top))) {
    const cell = { seen: [await world.look(before)] };
    await settleBoth(db, world, before, [cell]);
    sheet.put("its table emptied", control.ids, cell.seen, () => left(world.kind));
  }
  if (below && (await emptied("middle", byKey(below) || top.kind === "through"))) {
    const cell = { seen: [await world.look(before)] };
    await settleBoth(db, world, before, [cell]);
    sheet.put("the table above emptied", [bystander], cell.seen, () => DELETED);
  }
  const row = world.next();
  await world.run(world.rowSql(row));
  if (await emptied("owned", (below ?? top).kind === "through")) {
    const seen = await world.look(before);
    sheet.put("the rows' table emptied", [row], [seen, seen, seen], () =>
      below ? ["below emptied", "below emptied", "below emptied"] : DELETED,
    );
  }
  const twice = Object.values(await world.look(before)).filter((state) =>
    /\+(?!1$)|twice/.test(state),
  );
  sheet.check("rows that left more than one letter or copy", twice.join(", "), "");
}

async function makeWitnesses(world: World): Promise<Witnesses> {
  const bystander = world.next();
  await world.run(world.rowSql(bystander));
  return { control: await makeOwner(world, false), bystander };
}

async function makeOwner(world: World, kept: boolean): Promise<Owning> {
  const ids = world.kind.top.many ? [world.next(), world.next()] : [world.next()];
  const n = world.next();
  await world.run(...ids.map((id) => world.rowSql(id, kept)), ...world.loginSql(n, ids));
  return { n, ids };
}

async function makeCell(world: World, end: End): Promise<Cell> {
  const keeps = world.kind.keys !== undefined && "keep_when" in world.kind.keys;
  const owners = [await makeOwner(world, false), await makeOwner(world, keeps)];
  const kept = keeps ? (owners[1]?.ids ?? []) : [];
  return { end, owners, kept: new Set(kept), seen: [] };
}

function compare(sheet: Sheet, { end, owners, kept, seen }: Cell): void {
  const ids = owners.flatMap((owning) => owning.ids);
  sheet.put(end.name, ids, seen, (id) => surviving(end.fates(sheet.world.kind), kept.has(id)));
  const { fresh } = end;
  if (fresh) {
    const news = ids.map((id) => id + 100_000);
    sheet.put(`${end.name}: the new row`, news, seen, () => fresh);
  }
}

/** A row that keep_when keeps is let go of where another would end. */
function surviving([once, swept, settled]: Fates, kept: boolean): Fates {
  const survives = (fate: Fate): Fate => (kept && fate === "ends" ? "freed" : fate);
  return [survives(once), survives(swept), survives(settled)];
}
