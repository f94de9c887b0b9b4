import { CROWD } from "./crowd.ts";
import type { Tie } from "./ties.ts";
import type { World } from "./world.ts";

/** The tables of a world, in a schema of their own. */
export function schemaOf(world: World): string {
  const { kind, top, below, second } = world;
  const owner = (name: string, ties: readonly (Tie | undefined)[]) => `
    create table ${name} (
      /* crowd */
      realm text not null default 'r',
      sid text primary key,
      number bigint not null unique,
      user_id bigint references users on delete cascade,
      expires_at timestamptz not null default now() + interval '1 hour',
      ${[...new Set(ties.map((tie) => tie?.parentColumns))]
        .filter(Boolean)
        .map((each) => `${each},`)
        .join(" ")}
      unique (realm, sid)
    );`;
  const others = kind.second?.owner === "other";
  const renamed = (kind.second?.tie.ownedColumns?.(second) ?? "").replaceAll("parent_", "second_");
  const owned = kind.below ? kind.below.ownedColumns?.(below) : kind.top.ownedColumns?.(top);
  const columns = [owned, renamed]
    .filter(Boolean)
    .map((each) => `${each},`)
    .join(" ");
  const crowd = world.policy.crowded ? CROWD : "";
  return `
    create schema ${world.policy.name};
    set search_path = ${world.policy.name};
    create table users (id bigint primary key);
    ${owner("session", [kind.top, others ? undefined : kind.second?.tie])}
    ${others ? owner("wish", [kind.second?.tie]) : ""}
    create table owned (
      id bigint primary key,
      user_no bigint,
      /* crowd */
      path text not null default 'files/' || gen_random_uuid(),
      ${columns}
      kept boolean not null default false,
      deleted boolean,
      deleted_at timestamptz
    );
    ${
      kind.below
        ? `create table middle (
            id bigint primary key,
            row_no bigint,
              deleted_at timestamptz,
            user_no bigint,
            /* crowd */
            ${kind.top.ownedColumns ? `${kind.top.ownedColumns(top)},` : ""}
            ${kind.below.parentColumns ? `${kind.below.parentColumns},` : ""}
            kept boolean not null default false
          );`
        : ""
    }
    ${kind.top.tables?.(top) ?? ""}
    ${kind.below?.tables?.(below) ?? ""}
    ${kind.second?.tie.tables?.(second) ?? ""}
    grant usage on schema ${world.policy.name} to app;
    grant select, delete on session to app`.replaceAll("/* crowd */", crowd);
}

/** The owners' part of a world's manifest. */
export function ownersOf(world: World): Record<string, unknown> {
  const { kind, top, below, second, policy } = world;
  const schema = policy.name;
  const owned = { table: `${schema}.owned`, ...policy.keys(schema) };
  const common = { expires: "expires_at", sweep: { every: "1 hour" } };
  const usesData = (...ties: readonly (Tie | undefined)[]) =>
    ties.some((tie) => tie?.parentColumns?.startsWith("sess")) ? { data: { column: "sess" } } : {};
  const secondEdge = kind.second && {
    ...owned,
    emit: undefined,
    ...JSON.parse(
      JSON.stringify(kind.second.tie.edge(second, schema)).replaceAll("parent_", "second_"),
    ),
    name: "again",
  };
  const edge = kind.below
    ? {
        table: `${schema}.middle`,
        ...kind.top.edge(top, schema),
        ...kind.keys,
        owns: [{ ...owned, ...kind.below.edge(below, schema) }],
      }
    : { ...owned, ...kind.top.edge(top, schema), ...kind.keys };
  const others = kind.second?.owner === "other";
  return {
    [schema]: {
      table: `${schema}.session`,
      key: kind.top.key ?? "sid",
      ...common,
      ...usesData(kind.top, others ? undefined : kind.second?.tie),
      owns: secondEdge && !others ? [edge, secondEdge] : [edge],
    },
    ...(others
      ? {
          [`${schema}_wish`]: {
            table: `${schema}.wish`,
            ...common,
            ...usesData(kind.second?.tie),
            owns: [secondEdge],
          },
        }
      : {}),
  };
}
