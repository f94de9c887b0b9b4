import { decidedEdges, type Graph, type Owner } from "../graph.ts";
import { duration } from "../sql/expiry.ts";
import { join, literal, qualified, type Sql, textArray } from "../sql/quote.ts";
import { render } from "../sql/template.ts";
import { edgeNames } from "./edge-names.ts";
import { type DbObject, routine } from "./object.ts";
import { ownerSweepBatchName } from "./owner.ts";

/** One thing that a sweep does for an owner, batch by batch. */
interface Step {
  readonly name: string;
  readonly batch: string;
}

/** The sweep: what pg_cron calls, and what it is made of. */
export function sweepObjects(graph: Graph): DbObject[] {
  return [
    knownOwner(graph),
    runtime("sweep_started", "text", "Opens a run of the sweep; null when it is paused."),
    runtime("sweep_counted", "bigint, bigint, bigint", "Adds a batch to the figures of its run."),
    runtime("sweep_failed", "bigint, text, text", "Writes down why a batch failed."),
    runtime("sweep_ended", "bigint, integer", "Closes a run of the sweep and trims the log."),
    routine({
      name: "sweep_batch",
      types: "text, bigint, integer",
      template: "sweep/sweep_batch.sql",
      comment: "One batch of one step of the sweep; gives how many rows it dealt with.",
      slots: { steps: join(graph.owners.flatMap(stepsOf).map(stepCase), "\n") },
    }),
    routine({
      kind: "procedure",
      name: "sweep_owner",
      types: "text, text[], interval, integer",
      template: "sweep/sweep_owner.sql",
      comment:
        "Sweeps one owner, a transaction to a batch, until nothing is due or the time is up.",
    }),
    routine({
      kind: "procedure",
      name: "sweep",
      types: "text",
      template: "sweep/sweep.sql",
      comment: "Ends expired owners and released rows that are due: call lastwill.sweep();",
      slots: { owners: join(graph.owners.map(oneOwner), "\n\n") },
    }),
    routine({
      name: "pause",
      types: "text, interval",
      template: "runtime/pause.sql",
      comment:
        "Keeps the sweep off one owner for a while: select lastwill.pause('session', '1 hour');",
    }),
    routine({
      name: "resume",
      types: "text",
      template: "runtime/resume.sql",
      comment: "Ends a pause early: select lastwill.resume('session');",
    }),
  ];
}

function runtime(name: string, types: string, comment: string): DbObject {
  return routine({ name, types, template: `sweep/${name}.sql`, comment });
}

function knownOwner(graph: Graph): DbObject {
  const names = graph.owners.map(({ name }) => name);
  return routine({
    name: "known_owner",
    types: "text",
    template: "sweep/known_owner.sql",
    comment: "Raises an error for a name that is no owner's.",
    slots: { owners: textArray(names), hint: `The owners are: ${names.join(", ")}.` },
  });
}

function stepsOf(owner: Owner): Step[] {
  return [
    { name: owner.name, batch: ownerSweepBatchName(owner) },
    ...decidedEdges(owner).map((edge) => ({ name: edge.id, batch: edgeNames(edge).sweepBatch })),
  ];
}

function stepCase(step: Step): Sql {
  return `when ${literal(step.name)} then ${qualified("lastwill", step.batch)}(run, max_rows)` as Sql;
}

function oneOwner(owner: Owner): Sql {
  return render("sweep/one_owner.sql", {
    owner: owner.name,
    steps: textArray(stepsOf(owner).map(({ name }) => name)),
    budget: duration(owner.budget),
    log_days: owner.logDays,
  });
}
