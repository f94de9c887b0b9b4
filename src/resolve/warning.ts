/** What fits together and yet should make the manifest's author look twice. */
export interface Warning {
  readonly kind: "zone" | "cascade" | "archive";
  /** What it is about: a setting, a foreign key, a table. */
  readonly object: string;
  /** A sentence without its full stop. */
  readonly what: string;
  /** Whole sentences. Where there is none, nothing needs to be done. */
  readonly fix?: string;
}

/** As it is told: what is to be done stands on a line of its own. */
export function warningText({ what, fix }: Warning): string {
  return fix === undefined ? `${what}.` : `${what}.\n  ${fix}`;
}
