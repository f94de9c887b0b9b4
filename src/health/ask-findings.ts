import type pg from "pg";
import type { TableName } from "../graph.ts";
import { type Schedules, sweepJobs } from "../objects/cron.ts";
import {
  askBypasses,
  askDrift,
  askOrphans,
  askOwners,
  askServer,
  askWaiting,
} from "./ask-health.ts";
import { cronFindings, inactiveByName, missingJobs, rescheduledJobs } from "./cron-findings.ts";
import { driftFindings } from "./drift-findings.ts";
import type { Finding } from "./finding.ts";
import { orphanNotes } from "./orphan-notes.ts";
import type { CronJob, Server } from "./server.ts";
import { settingFindings } from "./setting-findings.ts";
import type { Standing } from "./standing.ts";
import { standingFindings } from "./standing-findings.ts";
import { unsweptFindings } from "./unswept-findings.ts";

/** How the owners stand, and what of that, and of the jobs, needs a person. */
export interface Status {
  readonly owners: readonly Standing[];
  readonly findings: readonly Finding[];
}

/** What is declared, as far as jobs and settings matter to it. */
export interface Watched extends Schedules {
  readonly tables: readonly TableName[];
}

/** What can be seen without a manifest. */
export async function askStatus(client: pg.ClientBase): Promise<Status> {
  const { owners, findings, unswept } = await askRunning(client);
  return { owners, findings: [...unswept, ...findings] };
}

/** All that lets rows stay, where it is installed: jobs, settings, what holds on to rows, rows that linger. */
export async function askFindings(client: pg.ClientBase, watched: Watched): Promise<Finding[]> {
  const { owners, findings, unswept, server, jobs } = await askRunning(client);
  const isCalled = owners.every(({ job }) => !job.startsWith("none: no pg_cron job"));
  const sees = jobs.length > 0 || !isCalled;
  const wanted = watched.cron === "auto" && server.may_use_cron && sees ? sweepJobs(watched) : [];
  const missing = missingJobs(wanted, server, jobs);
  return [
    ...(missing.length > 0 ? missing : unswept),
    ...rescheduledJobs(wanted, server, jobs),
    ...findings,
    ...settingFindings(server, await askBypasses(client, watched.tables)),
    ...inTime(await askDrift(client), driftFindings, DRIFT_TOO_LONG),
    ...inTime(await askOrphans(client), orphanNotes, ORPHANS_TOO_LONG),
  ];
}

interface Running extends Status {
  /** Of owners that nobody sweeps. */
  readonly unswept: readonly Finding[];
  readonly server: Server;
  readonly jobs: readonly CronJob[];
}

async function askRunning(client: pg.ClientBase): Promise<Running> {
  const owners = await askOwners(client);
  const { server, jobs } = await askServer(client);
  const standing = standingFindings(owners, await askWaiting(client));
  const isLate = ({ owner }: Standing) =>
    standing.some(({ state, object }) => state === "late" && object === owner);
  const findings = [
    ...cronFindings(server, jobs),
    ...(jobs.length === 0 ? inactiveByName(owners) : []),
    ...standing,
  ];
  const unswept = unsweptFindings(
    owners.filter((owner) => !isLate(owner)),
    server,
  );
  return { owners, findings, unswept, server, jobs };
}

/** Of a question that may take too long. */
function inTime<Found>(
  found: Found | undefined,
  findingsOf: (found: Found) => Finding[],
  tooLong: Omit<Finding, "state">,
): Finding[] {
  return found === undefined ? [{ state: "note", ...tooLong }] : findingsOf(found);
}

const ORPHANS_TOO_LONG = {
  object: "lastwill.orphan",
  what: "looking for rows that no owner names took too long",
  mend: "lastwill orphans",
};

const DRIFT_TOO_LONG = {
  object: "lastwill.drift",
  what: "looking for links that are not what owners name took too long",
  mend: "when it is quiet: select * from lastwill.drift;",
};
