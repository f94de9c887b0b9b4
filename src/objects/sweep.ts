import { decidedEdges, type Graph, type Owner } from "../graph.ts";
import { duration } from "../sql/expiry.ts";
import { join, literal, qualified, type Sql, textArray } from "../sql/quote.ts";
import { edgeNames } from "./edge-names.ts";
import { type DbObject, relation, routine } from "./object.ts";
import { ownerSweepNames } from "./owner-sweep.ts";

/** One thing that a sweep does for an owner, batch by batch. */
interface Step {
  readonly name: string;
  readonly batch: string;
}

/** The sweep: what pg_cron calls, and what it is made of. */
export function sweepObjects(graph: Graph): DbObject[] {
  return [
    relation({
      kind: "view",
      name: "sweep_setting",
      template: "sweep/sweep_setting.sql",
      comment: "How each owner is swept, as the manifest says.",
      slots: { settings: join(graph.owners.map(settingRow), ",\n") },
    }),
    part("known_owner", "text", "Raises the error LW001 for a name that is no owner's."),
    part("sweep_backlog", "text", "How much of an owner is due.", {
      owners: join(graph.owners.map(backlogCase), "\n"),
    }),
    part(
      "sweep_holds",
      "text, bigint, bigint, boolean, boolean",
      "Whether too large a share is due for a sweep to go on unasked.",
    ),
    part("sweep_steps", "bigint, bigint", "Lays out the steps of a run."),
    part(
      "sweep_begin",
      "text, integer, boolean, bigint",
      "Opens a run of the sweep; null when this worker is not to sweep now.",
    ),
    part(
      "sweep_counted",
      "bigint, bigint, bigint",
      "Adds what has ended to the figures of its run.",
    ),
    part("sweep_failed", "bigint, text, text", "Writes down why a batch failed."),
    part(
      "sweep_batch",
      "text, bigint, integer",
      "One batch of one step of the sweep; gives how many rows it dealt with.",
      { steps: join(graph.owners.flatMap(stepsOf).map(stepCase), "\n") },
    ),
    part("sweep_next", "bigint", "The next batch of a run, to be committed by itself."),
    part("sweep_end", "bigint", "Closes a run of the sweep and trims the logs."),
    part("sweep_order", "text, integer", "The owners that a worker sweeps, in order."),
    routine({
      kind: "procedure",
      name: "sweep_owner",
      types: "text, integer, boolean",
      template: "sweep/sweep_owner.sql",
      comment:
        "Sweeps one owner, a transaction to a batch, until nothing is due or the time is up.",
    }),
    routine({
      kind: "procedure",
      name: "sweep",
      types: "text, integer, boolean",
      template: "sweep/sweep.sql",
      comment:
        "Ends expired owners and released rows that are due: call lastwill.sweep(); " +
        "Of all owners, or of the one named; worker 2 and more only share a backlog; " +
        "accept lets an owner's sweep go on that holds. It commits, so no transaction may be open.",
    }),
    routine({
      name: "pause",
      types: "text, interval",
      template: "runtime/pause.sql",
      comment:
        "Keeps the sweep off one owner for a while: select lastwill.pause('session', '1 hour'); " +
        "For 30 days at most; gives until when.",
    }),
    routine({
      name: "resume",
      types: "text",
      template: "runtime/resume.sql",
      comment:
        "Ends a pause early, and lets a sweep that holds go on: select lastwill.resume('session');",
    }),
  ];
}

function part(
  name: string,
  types: string,
  comment: string,
  slots: Readonly<Record<string, Sql>> = {},
): DbObject {
  return routine({ name, types, template: `sweep/${name}.sql`, comment, slots });
}

/** The steps of an owner's sweep, the first of them over its own rows. */
function stepsOf(owner: Owner): Step[] {
  return [
    { name: owner.name, batch: ownerSweepNames(owner).batch },
    ...decidedEdges(owner).map((edge) => ({ name: edge.id, batch: edgeNames(edge).sweepBatch })),
  ];
}

function stepCase(step: Step): Sql {
  return `when ${literal(step.name)} then ${qualified("lastwill", step.batch)}(run, max_rows)` as Sql;
}

function backlogCase(owner: Owner): Sql {
  const backlog = qualified("lastwill", ownerSweepNames(owner).backlog);
  return [
    `when ${literal(owner.name)} then`,
    "  select backlog.due, backlog.total, backlog.pages, backlog.indexed",
    "  into due, total, pages, indexed",
    `  from ${backlog}() as backlog;`,
  ].join("\n") as Sql;
}

function settingRow(owner: Owner): Sql {
  const values = [
    literal(owner.name),
    textArray(stepsOf(owner).map(({ name }) => name)),
    `interval ${literal(duration(owner.budget))}`,
    owner.workers,
    owner.holdOver,
    owner.logDays,
  ];
  return `(\n${values.map((value) => `  ${value}`).join(",\n")}\n)` as Sql;
}
