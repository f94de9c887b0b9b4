import { describe, expect, it } from "vitest";
import { sessionTable } from "../../../src/init/session-tables.ts";
import { foreignKey, table, unique } from "./tables.ts";

const LOCAL = "timestamp without time zone";
const INSTANT = "timestamp with time zone";

const SHAPES = {
  "connect-pg-simple": { sid: "character varying", sess: "json", expire: LOCAL },
  rails: { id: "bigint", session_id: "text", data: "text", created_at: LOCAL, updated_at: LOCAL },
  django: { session_key: "character varying", session_data: "text", expire_date: INSTANT },
  laravel: {
    id: "text",
    user_agent: "text",
    ip_address: "text",
    payload: "text",
    last_activity: "integer",
  },
  "better-auth": { id: "text", expiresAt: INSTANT, token: "text", userId: "text" },
  authjs: { id: "integer", sessionToken: "text", expires: INSTANT, userId: "integer" },
} as const;

describe("a store's table is told by its columns, whatever it is called", () => {
  it.each(Object.entries(SHAPES))("%s", (store, columns) => {
    const indexes = [unique("session_id"), unique(Object.keys(columns)[0] ?? "", true)];
    expect(sessionTable(table("odd_name", columns, { indexes }))).toMatchObject({
      store,
      isSession: true,
    });
  });

  it("but not without its key's uniqueness, or with another type", () => {
    const { rails, laravel } = SHAPES;
    expect(sessionTable(table("rows", rails))).toBeUndefined();
    const texts = { ...laravel, last_activity: "text" };
    expect(sessionTable(table("rows", texts))).toBeUndefined();
  });

  it("Rails' column of a JSON type holds plain JSON", () => {
    const columns = { ...SHAPES.rails, data: "jsonb" };
    const indexes = [unique("id", true), unique("session_id")];
    expect(sessionTable(table("sessions", columns, { indexes }))?.data).toEqual({
      column: "data",
      format: "json",
    });
  });

  it("a key that the application's foreign keys refer to is the owner's", () => {
    const indexes = [unique("id", true), unique("session_id")];
    const inbound = [foreignKey("carts", "session_id", "sessions")];
    expect(sessionTable(table("sessions", SHAPES.rails, { indexes, inbound }))?.key).toBe("id");
  });
});

describe("another table with an expiry and a key", () => {
  it.each(["expires_at", "expiresAt", "expire", "expiration", "valid_until", "not_after"])(
    "may end by %s",
    (column) => {
      const invites = table("invites", { id: "uuid", [column]: INSTANT });
      expect(sessionTable(invites)).toMatchObject({ store: undefined, isSession: false });
    },
  );

  it("holds sessions when its name says so", () => {
    const sessions = table("user_session", { id: "text", expires_at: INSTANT, data: "jsonb" });
    expect(sessionTable(sessions)).toMatchObject({
      isSession: true,
      data: { column: "data", format: "json" },
    });
  });

  it("is none without one of the two, or with an expiry that is no moment", () => {
    expect(sessionTable(table("t", { id: "text", ended: INSTANT }))).toBeUndefined();
    expect(sessionTable(table("t", { id: "text", expires_at: "date" }))).toBeUndefined();
    const keyless = table("t", { id: "text", expires_at: INSTANT }, { indexes: [] });
    expect(sessionTable(keyless)).toBeUndefined();
  });
});
