import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { buildProgram } from "../../src/program.ts";

const program = buildProgram(() => undefined);

/** A command's help, as it is printed. */
function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  return text;
}

/** The commands that have examples of their own, and those below them whose flags are their own. */
const commands = program.commands;

describe.each(commands.map((command) => [command.name(), command] as const))(
  "%s",
  (name, command) => {
    const help = helpOf(command);

    it("fits 80 columns", () => {
      expect(help.split("\n").filter((line) => line.length > 80)).toEqual([]);
    });

    it("shows examples that it understands", () => {
      const examples = help
        .split("Examples:\n")[1]
        ?.split("\n")
        .flatMap((line) => /lastwill ([^#|>)]*)/.exec(line)?.[1]?.trim() ?? []);
      expect(examples?.length).toBeGreaterThan(0);
      for (const example of examples ?? []) {
        const [first, ...rest] = example.split(/ +/);
        expect(first).toBe(name);
        const below = command.commands.find((each) => each.name() === rest[0]);
        expect((below ?? command).parseOptions(below ? rest.slice(1) : rest).unknown).toEqual([]);
      }
    });
  },
);
