import { type Graph, type PolymorphicEdge, parentKey } from "../graph.ts";
import { objectName } from "../names.ts";
import { duration } from "../sql/expiry.ts";
import type { Sql } from "../sql/quote.ts";
import { render } from "../sql/template.ts";
import { decidedObjects } from "./decided.ts";
import { edgeNames } from "./edge-names.ts";
import { indexObjects } from "./index-object.ts";
import { takeBackSql } from "./last-owner.ts";
import { type DbObject, eventObjects, routine } from "./object.ts";
import { keysInColumn, parentKeyOf, rowSlots } from "./polymorphic-rows.ts";
import { field } from "./source.ts";

/**
 * A polymorphic edge has no foreign key, since its column holds keys of several tables: triggers on
 * the parent end its rows, and one on the owned table keeps the parent from going unseen.
 */
export function polymorphicEdgeObjects(edge: PolymorphicEdge, graph: Graph): DbObject[] {
  const names = edgeNames(edge);
  const columns = [edge.by.column, edge.typeColumn];
  const index = objectName("lastwill", edge.owner, edge.name, "idx");
  const rows = { ...rowSlots(edge), key: edge.key.column, edge: edge.id };
  const owner_type = parentKey(edge).type as Sql;
  const owners = `${owner_type}[]`;
  return [
    ...(edge.indexes.some((name) => name !== index)
      ? []
      : indexObjects({
          name: index,
          table: edge.table,
          columns,
          why: "Without it every owner that ends would have all of this table searched for what it owns.",
          comment: `Finds the ${edge.written} of one ${columns.join(" and ")} when that ends.`,
        })),
    ...decidedObjects(edge, graph),
    routine({
      name: names.end,
      types: owners,
      template: "edge/polymorphic/end.sql",
      comment: `Ends at once the ${edge.written} that belong to these owners and to no other.`,
      slots: {
        ...rows,
        owner_type,
        owned_type: edge.key.type as Sql,
        end: names.end,
        decide: names.decide,
        owners: keysInColumn(edge, "owners"),
        look_again: lookAgain(edge, "0 seconds"),
      },
    }),
    routine({
      name: names.release,
      types: owners,
      template: "edge/polymorphic/release.sql",
      comment: `Releases the ${edge.written} of these owners, for a grace of ${duration(edge.grace)}.`,
      slots: {
        ...rows,
        owner_type,
        release: names.release,
        owners: keysInColumn(edge, "owners"),
        grace: duration(edge.grace),
        look_again: lookAgain(edge, duration(edge.grace)),
      },
    }),
    ...tied(edge, graph),
  ];
}

/** What leaves the search for an owner's rows to the sweep, where it cannot be done at once. */
function lookAgain(edge: PolymorphicEdge, grace: string): Sql {
  return render("edge/polymorphic/look_again.sql", { edge: edge.id, grace });
}

function tied(edge: PolymorphicEdge, graph: Graph): DbObject[] {
  const newBy = field("new", edge.by.column);
  return eventObjects({
    name: objectName(edge.owner, edge.name, "tied"),
    table: edge.table,
    template: "edge/polymorphic/tied",
    comment: `Keeps the owner of new ${edge.written} from going unseen, as a foreign key would.`,
    slots: {
      owned: edge.table,
      parent: edge.on.table,
      parent_key: parentKey(edge).column,
      parent_key_of_new: parentKeyOf(edge, newBy),
      owned_key: field("new", edge.key.column),
      new_by: newBy,
      edge: edge.id,
      grace: duration(edge.grace),
      take_back: takeBackSql(edge, `${field("new", edge.key.column)}::text` as Sql, graph),
    },
    triggerSlots: { by: edge.by.column, type_column: edge.typeColumn, type: edge.type },
  });
}
