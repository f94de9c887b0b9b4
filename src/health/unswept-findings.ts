import { literal } from "../sql/quote.ts";
import type { Finding } from "./finding.ts";
import { unsweptAfter } from "./period.ts";
import type { Server } from "./server.ts";
import type { Standing } from "./standing.ts";

/**
 * Owners that nobody sweeps: no pg_cron job does, and whatever else might has not for long. Nothing may be
 * due yet. Before the first run, where pg_cron is not to be had, that is only told: the scheduler may be about to.
 */
export function unsweptFindings(owners: readonly Standing[], server: Server): Finding[] {
  return owners.filter(isUnswept).map(({ owner, job, last_run_at }): Finding => {
    const last = last_run_at === null ? "there was no run" : `the last run began at ${last_run_at}`;
    const what = `nobody sweeps it: ${job.replace(/^none: /, "")}, and ${last}`;
    const state = last_run_at === null && !server.has_cron ? "note" : "job";
    return { state, object: owner, what, mend: scheduling(server) };
  });
}

/** A sweep that holds or is paused begins no run, wherever it is called from. */
function isUnswept(standing: Standing): boolean {
  const { job, held, paused_until, since_run_seconds, run_gap_seconds } = standing;
  if (!job.startsWith("none") || held || paused_until !== null) return false;
  return since_run_seconds === null || since_run_seconds > unsweptAfter(run_gap_seconds);
}

const ANYWHERE = "have any scheduler run, each minute: lastwill sweep";

function scheduling({ database, has_cron, cron_database }: Server): string {
  const job = (name: string) =>
    [name, "* * * * *", "call lastwill.sweep()"].map(literal).join(", ");
  if (has_cron) return `select cron.schedule(${job("lastwill-sweep")});`;
  if (cron_database === null || cron_database === database) return ANYWHERE;
  const elsewhere = `${job(`lastwill-sweep-${database}`)}, ${literal(database)}`;
  return `${ANYWHERE}; or in database ${cron_database}: select cron.schedule_in_database(${elsewhere});`;
}
