import type { SweepJob } from "../objects/cron.ts";
import { identifier, literal } from "../sql/quote.ts";
import type { Finding } from "./finding.ts";
import type { CronJob, Server } from "./server.ts";
import type { Standing } from "./standing.ts";

/** What is wrong with the pg_cron jobs that there are. */
export function cronFindings(server: Server, jobs: readonly CronJob[]): Finding[] {
  const swept = jobs.filter(({ command }) => isSweep(command));
  const ours = swept.filter(({ database }) => database === server.database);
  return [
    ...jobs.filter(({ has_role }) => !has_role).map(roleGone),
    ...ours.flatMap((job) => [
      ...inactive(job),
      ...cannotLogIn(job),
      ...elsewhere(job, server),
      ...failing(job),
    ]),
    ...swept.filter(({ has_database }) => !has_database).map(databaseGone),
    ...doubled(ours),
    ...launcherGone(server, ours),
    ...tooFew(server, ours),
  ];
}

/** The jobs of a manifest that are not there. */
export function missingJobs(
  wanted: readonly SweepJob[],
  server: Server,
  jobs: readonly CronJob[],
): Finding[] {
  return wanted
    .filter((job) => callersOf(job, server, jobs).length === 0)
    .map(({ name, schedule, command }) => {
      const mend = `select cron.schedule(${[name, schedule, command].map(literal).join(", ")});`;
      return trouble(name, "no pg_cron job calls the sweep", mend);
    });
}

/** Jobs of a manifest that run at other times than it says: by their own schedule they would never be late. */
export function rescheduledJobs(
  wanted: readonly SweepJob[],
  server: Server,
  jobs: readonly CronJob[],
): Finding[] {
  return wanted.flatMap((each) => {
    const { schedule } = each;
    return callersOf(each, server, jobs)
      .filter((job) => job.schedule !== schedule && !isInstead(job.schedule, schedule))
      .map((job) => {
        const what = `its schedule is ${job.schedule}, and the manifest's ${schedule}`;
        const mend = `select cron.alter_job(${job.id}, schedule => ${literal(schedule)});`;
        return trouble(job.name, what, mend);
      });
  });
}

function callersOf(
  { command }: SweepJob,
  { database }: Server,
  jobs: readonly CronJob[],
): CronJob[] {
  return jobs.filter((job) => job.command === command && job.database === database);
}

/** A pg_cron before 1.5 knows no seconds, and the migration has it run each minute. */
function isInstead(found: string, wanted: string): boolean {
  return found === "* * * * *" && /^\d+ seconds?$/.test(wanted);
}

/** Jobs that are switched off, where no more than their names may be seen. */
export function inactiveByName(owners: readonly Standing[]): Finding[] {
  const named = owners.flatMap(({ job }) => job.split(", "));
  return [...new Set(named.filter((job) => job.endsWith(" (inactive)")))].map((job) =>
    trouble(
      job.replace(/: .*/, ""),
      "it is switched off",
      "as its owner: select cron.alter_job(…, active => true);",
    ),
  );
}

function isSweep(command: string): boolean {
  return command.startsWith("call lastwill.sweep(");
}

function trouble(object: string, what: string, mend: string): Finding {
  return { state: "job", object, what, mend };
}

function roleGone({ id, name, username, command }: CronJob): Finding {
  const [object, whose] = isSweep(command)
    ? [name, "its role"]
    : ["pg_cron", `of job ${name} role`];
  const what = `${whose} ${username} is gone, and with that every job of the server stands still`;
  return trouble(object, what, `delete from cron.job where jobid = ${id}; then restart the server`);
}

function inactive({ id, name, active }: CronJob): Finding[] {
  if (active) return [];
  return [trouble(name, "it is switched off", `select cron.alter_job(${id}, active => true);`)];
}

function cannotLogIn({ name, username, has_role, can_log_in }: CronJob): Finding[] {
  if (!has_role || can_log_in) return [];
  const what = `its role ${username} cannot log in, so it never runs`;
  return [trouble(name, what, `alter role ${identifier(username)} login;`)];
}

const HERE = ["", "localhost", "127.0.0.1", "::1"];

/** A dump takes along where the job ran: restored, it goes on working on the old server. */
function elsewhere(job: CronJob, server: Server): Finding[] {
  const { cron_host, cron_in_workers, in_recovery, port } = server;
  // On a standby it is the primary's.
  if (cron_in_workers || in_recovery) return [];
  const isHere =
    HERE.includes(job.nodename) || job.nodename.startsWith("/") || job.nodename === cron_host;
  if (isHere && job.nodeport === port) return [];
  const what = `it runs on ${job.nodename}:${job.nodeport}, and this server's port is ${port}`;
  // A job belongs to whoever schedules it.
  const again =
    "select cron.unschedule(jobid), cron.schedule(jobname, schedule, command) from cron.job";
  const mend = `set role ${identifier(job.username)}; ${again} where jobid = ${job.id}; reset role;`;
  return [trouble(job.name, what, mend)];
}

/** pg_cron connects as any client does, and has no password. */
const LET_IN =
  "let pg_cron in, by pg_hba.conf or ~/.pgpass of the server's user, or set cron.use_background_workers = on and restart";

function failing({ name, last_status, last_message }: CronJob): Finding[] {
  if (last_status !== "failed") return [];
  const what = `its last run failed: ${(last_message ?? "without a message").trim().replace(/\s+/g, " ")}`;
  const mend = /^connection failed/.test(last_message ?? "") ? LET_IN : "mend that";
  return [trouble(name, what, `${mend}; by hand: lastwill sweep`)];
}

function databaseGone({ id, name, database }: CronJob): Finding {
  const what = `its database ${database} is not there`;
  return trouble(name, what, `select cron.unschedule(${id});`);
}

function doubled(jobs: readonly CronJob[]): Finding[] {
  const active = jobs.filter((job) => job.active);
  const again = active.filter(
    (job, index) => active.findIndex(({ command }) => command === job.command) < index,
  );
  return again.map(({ id, name, username, command }) =>
    trouble(
      name,
      `job ${id} of ${username} is a second one of: ${command}`,
      `select cron.unschedule(${id});`,
    ),
  );
}

function launcherGone(
  { sees_processes, in_recovery, launchers }: Server,
  jobs: readonly CronJob[],
): Finding[] {
  if (!sees_processes || in_recovery || launchers > 0 || jobs.length === 0) return [];
  return [trouble("pg_cron", "its launcher does not run, so no job does", "restart the server")];
}

function tooFew({ max_running_jobs: most }: Server, jobs: readonly CronJob[]): Finding[] {
  const active = jobs.filter((job) => job.active).length;
  if (most === null || active <= most) return [];
  const what = `cron.max_running_jobs is ${most}, and ${active} jobs sweep at once`;
  return [
    trouble(
      "pg_cron",
      what,
      `alter system set cron.max_running_jobs = ${active}; and restart the server`,
    ),
  ];
}
