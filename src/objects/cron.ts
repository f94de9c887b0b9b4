import type { Graph } from "../graph.ts";
import { literal, type Sql } from "../sql/quote.ts";
import { render } from "../sql/template.ts";
import { type DbObject, routine } from "./object.ts";

/** The function that says which job sweeps an owner; the status view shows it. */
export function cronStatusObject(): DbObject {
  return routine({
    name: "sweep_job",
    types: "text",
    template: "cron/sweep_job.sql",
    comment: "The pg_cron job that sweeps an owner, or why there is none.",
  });
}

/** The pg_cron jobs: one for all owners, or, where their schedules differ, one for each. */
export function cronObjects(graph: Graph): DbObject[] {
  if (graph.cron === "none") return [];
  const schedules = new Set(graph.owners.map(({ schedule }) => schedule));
  const [schedule] = schedules;
  if (schedule !== undefined && schedules.size === 1) {
    return [job(graph, "lastwill-sweep", schedule, "call lastwill.sweep()")];
  }
  return graph.owners.map((owner) =>
    job(
      graph,
      `lastwill-sweep-${owner.name}`,
      owner.schedule,
      `call lastwill.sweep(${literal(owner.name)})`,
    ),
  );
}

function job(graph: Graph, name: string, schedule: string, command: string): DbObject {
  const elsewhere = typeof graph.cron === "object" ? graph.cron.database : undefined;
  const slots = { job: name, schedule, command };
  return {
    id: `pg_cron job ${name}`,
    phase: "after",
    create: [
      elsewhere === undefined
        ? render("cron/schedule.sql", {
            ...slots,
            seconds: schedule.endsWith("seconds") ? render("cron/seconds.sql") : ("" as Sql),
          })
        : render("cron/elsewhere.sql", { ...slots, database: elsewhere }),
    ],
    drop: elsewhere === undefined ? [render("cron/unschedule.sql", { job: name })] : [],
    replaces: true,
    needs: [],
    hazards: ["deletes data from now on: pg_cron ends what has expired, and what it owns"],
  };
}
