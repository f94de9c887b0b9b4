/** One thing that is not as it should be. */
export interface Finding {
  readonly state: FindingState;
  /** What it is about: an object, a job, a setting, an owner. */
  readonly object: string;
  /** What is wrong with it. */
  readonly what: string;
  /** The command that mends it. */
  readonly mend: string;
}

/** Of objects: what is the matter with them. Of the manifest, and everything else: which kind of trouble it is. */
export const FINDING_STATES = [
  "missing",
  "outdated",
  "tampered",
  "disabled",
  "not valid",
  "invalid",
  "extra",
  "fault",
  "setting",
  "job",
  "held",
  "late",
  "backfill",
  "drift",
  "quarantine",
  "dead letters",
  "note",
] as const;

export type FindingState = (typeof FINDING_STATES)[number];

/** Whether it needs a person. A note only tells. */
export function isTrouble({ state }: Finding): boolean {
  return state !== "note";
}
