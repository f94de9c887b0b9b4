/** What of the server decides whether the sweep is called. */
export interface Server {
  readonly database: string;
  readonly has_cron: boolean;
  readonly may_use_cron: boolean;
  readonly in_recovery: boolean;
  readonly track_counts: boolean;
  readonly port: number;
  readonly sees_processes: boolean;
  readonly launchers: number;
  readonly cron_host: string | null;
  readonly cron_database: string | null;
  readonly cron_in_workers: boolean | null;
  readonly max_running_jobs: number | null;
}

/** A pg_cron job that sweeps, or one whose role is gone. */
export interface CronJob {
  readonly id: string;
  readonly name: string;
  readonly schedule: string;
  readonly command: string;
  readonly nodename: string;
  readonly nodeport: number;
  readonly database: string;
  readonly username: string;
  readonly active: boolean;
  readonly has_role: boolean;
  readonly can_log_in: boolean;
  readonly has_database: boolean;
  readonly last_status: string | null;
  readonly last_message: string | null;
}

/** What the database has switched off, hidden or passed by on declared tables. */
export interface Bypasses {
  readonly row_security: readonly { name: string; role: string; is_forced: boolean }[];
  readonly foreign_keys_off: readonly { name: string; on_table: string }[];
  readonly subscriptions: readonly { name: string; written: string }[];
  readonly replica_roles: readonly { role: string | null; database: string | null }[];
}
