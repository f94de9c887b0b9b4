/** What a session store's own table looks like, as its documentation creates it. */
export interface Preset {
  readonly table: string;
  readonly key: string;
  readonly expires: {
    readonly column: string;
    /** Assumed where the column has no time zone: what the store's clients usually run in. */
    readonly zone?: string;
    readonly unit?: "seconds" | "milliseconds";
  };
  readonly data?: { readonly column: string; readonly format: "json" };
}

const PRESETS: ReadonlyMap<string, Preset> = new Map<string, Preset>([
  [
    "connect-pg-simple",
    {
      table: "session",
      key: "sid",
      expires: { column: "expire", zone: "UTC" },
      data: { column: "sess", format: "json" },
    },
  ],
]);

/** What `store` fills in; undefined for a store that has no preset yet. */
export function presetOf(store: string): Preset | undefined {
  return PRESETS.get(store);
}

/** The stores that have a preset. */
export function presetNames(): readonly string[] {
  return [...PRESETS.keys()];
}
