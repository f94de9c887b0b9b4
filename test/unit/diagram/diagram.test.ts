import { describe, expect, test } from "vitest";
import { drawn, FULL } from "./manifests.ts";

const diagram = drawn(FULL);

/** `session.carts: session → carts`, with what stands beside. */
const told = diagram.arrows.map(({ edge, from, to, policy, tie, notes }) => {
  const [above, below] = [diagram.boxes[from]?.table, diagram.boxes[to]?.table];
  return [`${edge}: ${above} → ${below}`, policy, tie, ...notes].join(" | ");
});

describe("a manifest as boxes and arrows", () => {
  test("has an arrow for each edge, which says how it ties and what is beside it", () => {
    expect(told).toEqual([
      "session.carts: session → carts | cascade | by session_sid | keep when user_id is not null | claim user_id",
      "session.cart_items: carts → cart_items | cascade | by cart_id",
      "session.coupons: carts → coupons | set_null | by cart_id",
      "session.drafts: session → drafts | soft_delete | from draftId | grace 10 minutes | guard owned.tenant = owner.tenant | marked in deleted_at",
      "session.uploads: session → uploads | archive | from uploads[].id | grace 1 hour | kept in archive.uploads | emit path",
      "session.attachments: session → attachments | cascade | by owner_id, owner_type = Session",
      "session.documents: session → documents | cascade | through session_documents | grace 10 minutes",
      "invite.drafts: invites → drafts | cascade | from column draft_id | grace 10 minutes | kept when replaced",
      "invite.gifts: invites → cart_items | cascade | by invite_id",
      "tenant.invites: app.tenants → invites | cascade | by tenant_id",
    ]);
  });

  test("has a table once, however many own it, and whether it owns or is owned", () => {
    const tables = diagram.boxes.map(({ table }) => table);
    expect(new Set(tables).size).toBe(tables.length);
    expect(diagram.boxes.filter(({ owners }) => owners.length > 0)).toEqual([
      { owners: ["session"], table: "session", notes: ["expires expire"] },
      { owners: ["invite"], table: "invites", notes: ["expires created_at + 7 days"] },
      { owners: ["tenant"], table: "app.tenants", notes: ["never expires"] },
    ]);
  });
});
