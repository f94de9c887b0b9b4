import type { Graph, Owner } from "../graph.ts";
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

/** The function that trims what pg_cron notes of our jobs. */
export function cronLogObject(): DbObject {
  return routine({
    name: "trim_cron_log",
    types: "timestamptz",
    template: "cron/trim_cron_log.sql",
    comment: "Deletes what pg_cron noted of the sweep's jobs before that moment.",
  });
}

/** A pg_cron job as it is scheduled. */
export interface SweepJob {
  readonly name: string;
  readonly schedule: string;
  readonly command: string;
}

/** What decides which jobs there are: of a graph, or of a manifest. */
export interface Schedules {
  readonly cron: Graph["cron"];
  readonly owners: readonly Pick<Owner, "name" | "schedule" | "workers">[];
}

/** The pg_cron jobs as objects. */
export function cronObjects(graph: Graph): DbObject[] {
  return sweepJobs(graph).map((each) => job(graph, each));
}

/**
 * The pg_cron jobs: one for all owners, or, where their schedules differ, one for each; and one more
 * for each further worker.
 */
export function sweepJobs({ cron, owners }: Schedules): SweepJob[] {
  if (cron === "none") return [];
  const schedules = new Set(owners.map(({ schedule }) => schedule));
  const [schedule] = schedules;
  if (schedule !== undefined && schedules.size === 1) {
    return workersUpTo(Math.max(...owners.map(({ workers }) => workers))).map((worker) => ({
      name: jobName("lastwill-sweep", worker),
      schedule,
      command: sweepCall([], worker),
    }));
  }
  return owners.flatMap((owner) =>
    workersUpTo(owner.workers).map((worker) => ({
      name: jobName(`lastwill-sweep-${owner.name}`, worker),
      schedule: owner.schedule,
      command: sweepCall([literal(owner.name)], worker),
    })),
  );
}

function workersUpTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

function jobName(name: string, worker: number): string {
  return worker === 1 ? name : `${name}-worker-${worker}`;
}

function sweepCall(owner: readonly Sql[], worker: number): string {
  const given = [...owner, ...(worker === 1 ? [] : [`worker => ${worker}`])];
  return `call lastwill.sweep(${given.join(", ")})`;
}

function job(graph: Graph, { name, schedule, command }: SweepJob): DbObject {
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
    hazards: [{ text: elsewhere === undefined ? SWEEPS_HERE : sweepsFrom(elsewhere) }],
  };
}

const SWEEPS_HERE =
  "deletes data from now on, where pg_cron can be used: it ends what has expired, and what it owns; elsewhere this migration says what to do";

function sweepsFrom(database: string): string {
  return `deletes data once pg_cron in database ${database} has the job, which is scheduled there by hand: it ends what has expired, and what it owns`;
}
