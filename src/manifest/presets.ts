import type { StoreName } from "./input.ts";
import type { DataFormat } from "./manifest.ts";

/** What a session store's own table looks like, as its documentation creates it. */
export interface Preset {
  readonly table: string;
  readonly key: string;
  readonly expires: {
    readonly column: string;
    /** The interval to add, for a column that says when the session was last used. */
    readonly after?: string;
    /** Assumed where the column has no time zone: what the store's clients usually run in. */
    readonly zone?: string;
    readonly unit?: "seconds" | "milliseconds";
  };
  readonly data?: { readonly column: string; readonly format: DataFormat };
}

const PRESETS: Readonly<Record<StoreName, Preset>> = {
  "connect-pg-simple": {
    table: "session",
    key: "sid",
    expires: { column: "expire", zone: "UTC" },
    data: { column: "sess", format: "json" },
  },
  rails: {
    table: "sessions",
    // Not the primary key: an application never sees `id`, but can store session.id.private_id, which
    // is what this column holds.
    key: "session_id",
    // The store itself never looks at a row's age; 30 days is what its rake task trims by.
    expires: { column: "updated_at", after: "30 days", zone: "UTC" },
    data: { column: "data", format: "ruby-marshal" },
  },
  django: {
    table: "django_session",
    key: "session_key",
    expires: { column: "expire_date" },
    data: { column: "session_data", format: "django" },
  },
  laravel: {
    table: "sessions",
    key: "id",
    // The default of its config session.lifetime.
    expires: { column: "last_activity", after: "120 minutes", unit: "seconds" },
    data: { column: "payload", format: "php" },
  },
  "better-auth": {
    table: "session",
    key: "id",
    expires: { column: "expiresAt" },
  },
  authjs: {
    table: "sessions",
    key: "id",
    expires: { column: "expires" },
  },
};

/** What `store` fills in; undefined for a word that names no store. */
export function presetOf(store: string): Preset | undefined {
  return Object.hasOwn(PRESETS, store) ? PRESETS[store as StoreName] : undefined;
}
