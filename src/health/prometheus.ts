import type { OwnerStatus } from "../output/status.ts";

interface Gauge {
  readonly name: string;
  readonly help: string;
  /** Undefined where there is nothing to tell. */
  readonly value: (owner: OwnerStatus) => number | undefined;
}

const GAUGES: readonly Gauge[] = [
  { name: "live", help: "Rows that have not expired.", value: ({ live }) => live },
  {
    name: "expired",
    help: "Rows that are due and wait for the sweep.",
    value: ({ expired }) => expired,
  },
  {
    name: "oldest_due_timestamp_seconds",
    help: "When the oldest row that is due fell due.",
    value: ({ oldest_due }) => seconds(oldest_due),
  },
  {
    name: "lag_seconds",
    help: "For how long the oldest of them has been due.",
    value: ({ lag_seconds }) => lag_seconds,
  },
  {
    name: "released",
    help: "Owned rows that wait out their grace.",
    value: ({ released }) => released,
  },
  {
    name: "undecodable",
    help: "Owner rows whose data cannot be read.",
    value: ({ undecodable }) => undecodable,
  },
  {
    name: "quarantined",
    help: "Rows that the sweep could not end.",
    value: ({ quarantined }) => quarantined,
  },
  { name: "held", help: "Whether the sweep holds.", value: ({ held }) => Number(held) },
  {
    name: "paused",
    help: "Whether the sweep is paused.",
    value: ({ paused_until }) => Number(paused_until !== null),
  },
  {
    name: "last_run_timestamp_seconds",
    help: "When the last run of the sweep began.",
    value: ({ last_run_at }) => seconds(last_run_at),
  },
  {
    name: "last_run_rows",
    help: "How many rows that run ended.",
    value: ({ last_run_rows }) => last_run_rows ?? undefined,
  },
  {
    name: "job_active",
    help: "Whether a pg_cron job sweeps.",
    value: ({ job }) => Number(isActive(job)),
  },
];

/** Owners as metrics in Prometheus' text format 0.0.4; undefined where the database could not be asked. */
export function prometheusText(owners: readonly OwnerStatus[] | undefined): string {
  const up = metric("up", "Whether the database could be asked.", [
    String(Number(owners !== undefined)),
  ]);
  return [
    up,
    ...GAUGES.map(({ name, help, value }) => {
      const samples = (owners ?? []).flatMap((owner) => {
        const number = value(owner);
        return number === undefined ? [] : `{owner="${escaped(owner.owner)}"} ${number}`;
      });
      return metric(name, help, samples);
    }),
  ]
    .filter((text) => text !== "")
    .join("\n");
}

function metric(name: string, help: string, samples: readonly string[]): string {
  if (samples.length === 0) return "";
  const full = `lastwill_${name}`;
  const lines = samples.map((sample) => `${full}${sample.startsWith("{") ? "" : " "}${sample}`);
  return [`# HELP ${full} ${help}`, `# TYPE ${full} gauge`, ...lines].join("\n");
}

/** As a label's value has it. */
function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

function seconds(moment: string | null): number | undefined {
  const milliseconds = Date.parse(moment ?? "");
  return Number.isNaN(milliseconds) ? undefined : milliseconds / 1000;
}

function isActive(job: string): boolean {
  return !/^(none|unknown): /.test(job) && !job.endsWith("(inactive)");
}
