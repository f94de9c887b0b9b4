import { type CommandWords, everyCommand } from "./words.ts";

interface Entry {
  readonly path: readonly string[];
  readonly command: CommandWords;
}

/**
 * The completion for bash, as a script to be sourced; zsh reads it too, by its bashcompinit. `aliases` are programs
 * that are one of the commands: `gen-migrations`. It runs nothing of ours.
 */
export function bashCompletion(
  program: CommandWords,
  names: readonly string[],
  aliases: readonly string[],
): string {
  const commands = everyCommand(program);
  const steps = commands.flatMap(({ path }) => (path.length > 0 ? [`"${at(path)}"`] : []));
  return `# lastwill completion bash
if [ -n "\${ZSH_VERSION-}" ]; then
  autoload -U +X compinit && compinit
  autoload -U +X bashcompinit && bashcompinit
fi

_lastwill() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD - 1]}" command="" words="" i
  COMPREPLY=()
  case "\${COMP_WORDS[0]##*/}" in
    ${aliases.join(" | ")}) command=" \${COMP_WORDS[0]##*/}" ;;
  esac
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$command \${COMP_WORDS[i]}" in
      ${steps.join(" \\\n        | ")}) command="$command \${COMP_WORDS[i]}" ;;
    esac
  done
  case "$command $before" in
    # What only you know, or a path: that is completed as ever.
    ${commands.flatMap(unknown).join(" \\\n      | ")}) return ;;
${commands.flatMap(known).join("\n")}
    *)
      case "$command" in
${commands.map(following).join("\n")}
      esac
      ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _lastwill ${[...names, ...aliases].join(" ")}
`;
}

function at(path: readonly string[]): string {
  return path.map((name) => ` ${name}`).join("");
}

function unknown({ path, command }: Entry): string[] {
  return command.options
    .filter(({ value }) => value === "path" || value === "text")
    .flatMap(({ names }) => names.map((name) => `"${at(path)} ${name}"`));
}

function known({ path, command }: Entry): string[] {
  return command.options.flatMap(({ names, value }) =>
    Array.isArray(value)
      ? names.map((name) => `    "${at(path)} ${name}") words="${value.join(" ")}" ;;`)
      : [],
  );
}

/** What may follow a command: commands below it, the words of its argument, its options. */
function following({ path, command }: Entry): string {
  const words = [
    ...command.commands.map(({ name }) => name),
    ...command.choices,
    ...command.options.flatMap(({ names }) => names.filter((name) => name.startsWith("--"))),
  ];
  return `        "${at(path)}") words="${words.join(" ")}" ;;`;
}
