import { type Diagram, diagramOf } from "../../../src/diagram/diagram.ts";
import { readManifest } from "../../../src/manifest/read.ts";

/** What a manifest in YAML looks like as boxes and arrows. */
export function drawn(yaml: string): Diagram {
  return diagramOf(readManifest(yaml, "ownership.yaml").manifest);
}

/** Every kind of edge and policy, a table with two owners, and an owner that is owned. */
export const FULL = `
owners:
  session:
    store: connect-pg-simple
    owns:
      - table: carts
        by: session_sid
        keep_when: user_id is not null
        claim: user_id
        owns:
          - { table: cart_items, by: cart_id }
          - { table: coupons, by: cart_id, on_delete: set_null }
      - { table: drafts, from: draftId, on_delete: { soft_delete: deleted_at }, guard: owned.tenant = owner.tenant }
      - { table: uploads, from: "uploads[].id", grace: 1 hour, on_delete: { archive: archive.uploads }, emit: [path] }
      - { table: attachments, by: { column: owner_id, type_column: owner_type, type: Session } }
      - { table: documents, through: { table: session_documents, owner: session_sid, owned: document_id } }
  invite:
    table: invites
    expires: { column: created_at, after: 7 days, zone: UTC }
    owns:
      - { table: drafts, from: { column: draft_id }, on_replace: keep }
      - { table: cart_items, by: invite_id, name: gifts }
  tenant:
    table: app.tenants
    owns: [{ table: invites, by: tenant_id }]
`;
