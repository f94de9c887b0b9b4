import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { GROUPS, SIZED } from "./groups.mjs";
import { CHILDREN } from "./layouts.mjs";
import { short } from "./measure.mjs";

const defaults = Object.entries(GROUPS)
  .map(
    ([group, { size, repeats }]) =>
      `    ${group.padEnd(8)}${short(size).padStart(5)} sessions,${String(repeats).padStart(3)} repeats`,
  )
  .join("\n");

const HELP = `npm run bench -- [options]

  --only GROUP,GROUP    what to measure  (everything)
  --size 10k|100k|1M    how many sessions, each with nine rows of its own: for the groups of --only;
                        without it for ${SIZED.join(", ")}
  --repeats N           how often everything is measured
  --children ORDER      how their rows lie, ${Object.keys(CHILDREN).join(" or ")}  (near)
  --seconds N           how long a load lasts  (5)
  --rate N              transactions a second of the load  (300)
  --against FOLDER      hot path and sweep: also what another checkout's build generates, beside ours
  --name NAME           the results' name in bench/results  (from the options above)

${defaults}
`;

/** What the command line asks for; undefined when it has been answered with the help. */
export function readOptions() {
  const { values, asked } = parse();
  if (asked === "help") {
    process.stdout.write(HELP);
    return undefined;
  }
  const only = values.only?.split(",") ?? Object.keys(GROUPS);
  const size = values.size && readSize(values.size);
  const [repeats, seconds, rate] = [values.repeats, values.seconds, values.rate].map(readCount);
  const wrong =
    only.some((group) => !Object.hasOwn(GROUPS, group)) ||
    !Object.hasOwn(CHILDREN, values.children) ||
    [size, repeats, seconds, rate].some(Number.isNaN);
  if (wrong) {
    process.stderr.write(HELP);
    process.exitCode = 2;
    return undefined;
  }
  return {
    groups: chosen(only, { size, repeats, sizedOnly: values.only === undefined }),
    children: values.children,
    seconds,
    rate,
    against: values.against && resolve(values.against),
    name: values.name ?? defaultName(values),
  };
}

function parse() {
  try {
    const { values } = parseArgs({
      options: {
        size: { type: "string" },
        only: { type: "string" },
        repeats: { type: "string" },
        children: { type: "string", default: "near" },
        seconds: { type: "string", default: "5" },
        rate: { type: "string", default: "300" },
        against: { type: "string" },
        name: { type: "string" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    return { values, asked: values.help ? "help" : undefined };
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
    return { asked: "help" };
  }
}

/** Each chosen group with its size and repeats, in the order in which they run. */
function chosen(only, { size, repeats, sizedOnly }) {
  const takesSize = (group) => size !== undefined && (!sizedOnly || SIZED.includes(group));
  return Object.fromEntries(
    Object.entries(GROUPS)
      .filter(([group]) => only.includes(group))
      .map(([group, usual]) => [
        group,
        { size: takesSize(group) ? size : usual.size, repeats: repeats ?? usual.repeats },
      ]),
  );
}

/** Thousands, so that a half and a hundredth are whole numbers. */
function readSize(text) {
  const [, number, unit] = /^(\d+)([kM]?)$/.exec(text) ?? [];
  const size = Number(number) * { "": 1, k: 1_000, M: 1_000_000 }[unit ?? ""];
  return size >= 1000 && size % 1000 === 0 ? size : Number.NaN;
}

function readCount(text) {
  if (text === undefined) return undefined;
  return /^[1-9]\d*$/.test(text) ? Number(text) : Number.NaN;
}

function defaultName({ only, size, children }) {
  const parts = [only?.replaceAll(",", "-") ?? "all", size, children === "near" ? "" : children];
  return parts.filter(Boolean).join("-");
}
