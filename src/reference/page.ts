import type { Installed, Relation, Routine } from "./ask.ts";
import { callText, inMarkdown, resultText, rolesText, typeText } from "./words.ts";

/** What people call, whatever the manifest: the rest of what they may call is called by these. */
const CALLED = [
  "why",
  "preview",
  "sweep",
  "pause",
  "resume",
  "release_orphans",
  "outbox_take",
  "outbox_done",
  "outbox_failed",
  "outbox_give_back",
  "outbox_retry",
];

/** The same for one owner, around its name. */
const CALLED_OF_OWNER: readonly ((owner: string) => string)[] = [
  (owner) => `adopt_${owner}`,
  (owner) => `claim_${owner}`,
  (owner) => `touch_${owner}`,
  (owner) => `${owner}_backfill`,
];

/** The SQL reference, as Markdown: what people look at and call in schema lastwill. Pure. */
export function referencePage(installed: Installed): string {
  const { owners, relations, routines } = installed;
  const isOfOwner = ({ name }: { readonly name: string }) =>
    owners.some((owner) => name === owner || name.startsWith(`${owner}_`));
  const called = CALLED.map((name) => named(routines, name));
  const ofOwners = owners.flatMap((owner) => {
    const names = CALLED_OF_OWNER.map((nameFor) => nameFor(owner));
    return routines.filter(({ name }) => names.includes(name));
  });
  const inside = routines.filter(
    (routine) => !called.includes(routine) && !ofOwners.includes(routine),
  );
  const triggers = inside.filter(({ kind }) => kind === "trigger");
  return [
    BEGINNING,
    LOOK,
    ...sortedByKind(relations.filter((each) => !isOfOwner(each))).map(relationText),
    ACT,
    ...byGrant(called).map(([roles, some]) => grantText(roles, some, inside)),
    PER_OWNER,
    ...relations.filter(isOfOwner).map(relationText),
    ...byGrant(ofOwners).map(([roles, some]) => grantText(roles, some, [])),
    insideText(triggers, inside.length - triggers.length),
  ].join("\n\n");
}

function named(routines: readonly Routine[], name: string): Routine {
  const found = routines.find((routine) => routine.name === name);
  if (!found) throw new Error(`the database has no function lastwill.${name}`);
  return found;
}

/** Views first: most questions are asked of them. */
function sortedByKind(relations: readonly Relation[]): Relation[] {
  return (["view", "table"] as const).flatMap((wanted) =>
    relations.filter(({ kind }) => kind === wanted),
  );
}

function relationText(relation: Relation): string {
  const readers =
    relation.granted_to.length > 0 ? ` Read by roles of ${rolesText(relation.granted_to)}.` : "";
  return [
    `### ${relation.name}`,
    `A ${relation.kind}. ${inMarkdown(relation.comment)}${readers}`,
    table(
      ["column", "type", "what it says"],
      relation.columns.map(({ name, type, comment }) => [
        `\`${name}\``,
        typeText(type),
        inMarkdown(comment),
      ]),
    ),
  ].join("\n\n");
}

function byGrant(routines: readonly Routine[]): [roles: readonly string[], some: Routine[]][] {
  const groups = new Map<string, Routine[]>();
  for (const routine of routines) {
    const key = routine.granted_to.join(", ");
    groups.set(key, [...(groups.get(key) ?? []), routine]);
  }
  return [...groups.values()].map((some) => [some[0]?.granted_to ?? [], some]);
}

/** What these roles call, and what of the inside they may call because it is called for them. */
function grantText(
  roles: readonly string[],
  routines: readonly Routine[],
  inside: readonly Routine[],
): string {
  const helpers = inside.filter(({ granted_to }) =>
    roles.some((role) => granted_to.includes(role)),
  );
  return [
    roles.length > 0
      ? `### Granted by ${rolesText(roles)}`
      : "### Granted to nobody: for the role that migrates",
    ...routines.map(routineText),
    ...(helpers.length > 0
      ? [
          `They may also call what those, or views, call in their name: ${helpers.map(({ name }) => `\`${name}\``).join(", ")}.`,
        ]
      : []),
  ].join("\n\n");
}

function routineText(routine: Routine): string {
  const result = resultText(routine);
  const gives = result === undefined ? "" : `\\\n  Gives ${result}.`;
  return `- **\`${callText(routine)}\`**\\\n  ${inMarkdown(routine.comment)}${gives}`;
}

function insideText(triggers: readonly Routine[], others: number): string {
  return [
    "## Inside",
    "Nobody calls these. They run when somebody writes to a table that the manifest names, and `explain (analyze)` shows the time of each trigger.",
    table(
      ["trigger function", "what it does"],
      triggers.map(({ name, comment }) => [`\`${name}\``, inMarkdown(comment)]),
    ),
    `The other ${others} functions and procedures are called by all of the above: the comment of each says what it is for.\n`,
  ].join("\n\n");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

const BEGINNING = `# SQL reference

This page is generated by \`npm run reference\` from the comments in a database into which
[this manifest](sql-reference/ownership.yaml) was installed: what stands in a comment there is changed in \`sql/\` and
\`src/objects/\`, not here. The manifest has an owner of each sort, \`session\` in a table and \`guest\` elsewhere, an edge of each
kind, and a role for each grant. With your manifest, what belongs to owners and edges has their names.

Your own database says the same in psql, of what you have declared:

| in psql | shows |
|---|---|
| \`\\dn+ lastwill\` | where to begin |
| \`\\dv+ lastwill.*\`, \`\\dt+ lastwill.*\` | the views and the tables, each with its comment |
| \`\\d+ lastwill.status\` | the columns of one, each with its comment |
| \`select oid::regprocedure, obj_description(oid) from pg_proc where pronamespace = 'lastwill'::regnamespace;\` | functions and procedures, each with its comment; \`\\df+ lastwill.*\` has their rights too, and before psql 16 their source |
| \`\\sf lastwill.session_deleted\` | the source of one |
| \`\\dp lastwill.*\` | who may read what |
| \`\\d+ session\` | what stands on a table of yours; what is ours is named \`lastwill_…\`, or \`"Lastwill_…"\` where it has to fire before foreign keys |
| \`\\dd public.*astwill_*\`, \`\\di+ public.lastwill_*\` | our triggers and foreign keys on tables in \`public\`, and our indexes, each with its comment |

\`\\x on\` makes them legible on a narrow terminal. A comment ends with a stamp, \`[lastwill 61d65d68a4bd]\`, a hash of what made
the object; it is left out here.

**Rights.** Public has none. The manifest's [grants](manifest.md#grants) give roles what is said below; the role that
migrated may do everything. Keys of sessions are secrets: whoever may read them can be that session.

**Errors** of what you call: \`LW001\` for an owner, edge or table that is not declared, and for what cannot be done now; its hint
says what to write. \`LW002\` for an \`adopt\` to a row that is not there.`;

const LOOK = `## Look

[Operating](operating.md#everyday-questions) has the questions that these answer. Keys of any type are text here.`;

const ACT = `## Act

What may be left out has a default. A \`call\` commits as it goes, and so must not stand in a transaction.
More of [preview](operating.md#what-will-the-next-sweep-do), [why](operating.md#why-is-this-row-still-there),
[pause](operating.md#pause-and-resume), [orphans](operating.md#rows-that-lingered), [the outbox](outbox.md).`;

const PER_OWNER = `## Per owner

Each owner with edges by column or join table has \`adopt_<owner>\`; with \`claim\`, \`claim_<owner>\`; a managed one has a table of its
name and \`touch_<owner>\`. One whose rows name others has a table \`<owner>_<edge>\` for each such edge, and \`<owner>_backfill\`.`;
