import { type CommandWords, everyCommand, type OptionWords } from "./words.ts";

/**
 * The completion for fish, as a script for ~/.config/fish/completions. The first of `names` is the program, the others are it by another
 * name; `aliases` are programs that are one of the commands.
 */
export function fishCompletion(
  program: CommandWords,
  [name = program.name, ...others]: readonly string[],
  aliases: readonly string[],
): string {
  return `${[
    "# lastwill completion fish",
    `complete -c ${name} -f`,
    ...everyCommand(program).flatMap(({ path, command }) => commandLines(name, path, command)),
    ...others.map((other) => `complete -c ${other} -w ${name}`),
    ...aliases.map((alias) => `complete -c ${alias} -w '${name} ${alias}'`),
  ].join("\n")}\n`;
}

function commandLines(program: string, path: readonly string[], command: CommandWords): string[] {
  const below = [
    ...command.commands.map(({ name, description }) => ({ name, description })),
    ...command.choices.map((name) => ({ name, description: "" })),
  ];
  return [
    ...below.map(
      ({ name, description }) =>
        `complete -c ${program}${when(path, true, below)} -a ${quoted(name)}${described(description)}`,
    ),
    ...command.options.map((option) => optionLine(program, when(path, false), option)),
  ];
}

/** The condition that the line so far names this command, and, if asked for, none below it. */
function when(
  path: readonly string[],
  exactly: boolean,
  below: readonly { readonly name: string }[] = [],
): string {
  const conditions = path.map((name) => `__fish_seen_subcommand_from ${name}`);
  if (path.length === 0) conditions.push("__fish_use_subcommand");
  else if (exactly && below.length > 0) {
    conditions.push(`not __fish_seen_subcommand_from ${below.map(({ name }) => name).join(" ")}`);
  }
  return ` -n ${quoted(conditions.join("; and "))}`;
}

function optionLine(program: string, condition: string, option: OptionWords): string {
  const names = option.names.map((name) =>
    name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`,
  );
  return `complete -c ${program}${condition} ${names.join(" ")}${wanted(option)}${described(option.description)}`;
}

function wanted({ value }: OptionWords): string {
  if (value === undefined) return "";
  if (value === "path") return " -r -F";
  return value === "text" ? " -x" : ` -x -a ${quoted(value.join(" "))}`;
}

function described(text: string): string {
  return text === "" ? "" : ` -d ${quoted(text)}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
