/** What happens to a row that ends, and whether a letter is written. */
export interface Policy {
  /** The name of the schema that the policy is tried in, and of the owner. */
  readonly name: string;
  readonly keys: (schema: string) => Record<string, unknown>;
  /** The row, when it has ended. */
  readonly ended: "gone" | "free" | "marked" | "archived";
  readonly emits: boolean;
  /** Whether the columns are called as lastwill's own variables are. */
  readonly crowded: boolean;
}

const emit = ["path"];

export const POLICIES: readonly Policy[] = [
  { name: "plain", keys: () => ({}), ended: "gone", emits: false, crowded: false },
  { name: "letters", keys: () => ({ emit }), ended: "gone", emits: true, crowded: true },
  {
    name: "nulls",
    keys: () => ({ on_delete: "set_null" }),
    ended: "free",
    emits: false,
    crowded: true,
  },
  {
    name: "times",
    keys: () => ({ on_delete: { soft_delete: "deleted_at" }, emit }),
    ended: "marked",
    emits: true,
    crowded: true,
  },
  {
    name: "flags",
    keys: () => ({ on_delete: { soft_delete: "deleted" }, emit }),
    ended: "marked",
    emits: true,
    crowded: false,
  },
  {
    name: "archives",
    keys: (schema) => ({ on_delete: { archive: `${schema}.kept` }, emit }),
    ended: "archived",
    emits: true,
    crowded: true,
  },
];
