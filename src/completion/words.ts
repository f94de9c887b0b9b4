import type { Command, Option } from "commander";

/** An option as a shell can complete it. */
export interface OptionWords {
  /** `-m`, `--manifest`: whichever there are. */
  readonly names: readonly string[];
  readonly description: string;
  /** What follows it: one of these words, a path, something else, or nothing. */
  readonly value: readonly string[] | "path" | "text" | undefined;
}

/** A command as a shell can complete it, with those below it. */
export interface CommandWords {
  readonly name: string;
  readonly description: string;
  readonly options: readonly OptionWords[];
  readonly commands: readonly CommandWords[];
  /** The words that its first argument may be, where they are few. */
  readonly choices: readonly string[];
}

const HELP: OptionWords = {
  names: ["-h", "--help"],
  description: "display help for command",
  value: undefined,
};

/** What a program of commander understands. */
export function commandWords(command: Command): CommandWords {
  return {
    name: command.name(),
    description: command.description().split("\n", 1)[0] ?? "",
    options: [...command.options.map(optionWords), HELP],
    commands: command.commands.map(commandWords),
    choices: command.registeredArguments[0]?.argChoices ?? [],
  };
}

function optionWords(option: Option): OptionWords {
  return {
    names: [option.short, option.long].filter((name) => name !== undefined),
    description: option.description,
    value: whatFollows(option),
  };
}

function whatFollows({ argChoices, flags, required, optional }: Option): OptionWords["value"] {
  if (argChoices) return argChoices;
  if (!required && !optional) return undefined;
  return /<(file|folder)>/.test(flags) ? "path" : "text";
}

/** Every command with the names that lead to it: `[]` for the program itself, `["migrate", "up"]`. */
export function everyCommand(
  command: CommandWords,
  path: readonly string[] = [],
): { readonly path: readonly string[]; readonly command: CommandWords }[] {
  const below = command.commands.flatMap((each) => everyCommand(each, [...path, each.name]));
  return [{ path, command }, ...below];
}
