import { Argument, type Command } from "commander";
import { data } from "../commands/console.ts";
import { bashCompletion } from "../completion/bash.ts";
import { fishCompletion } from "../completion/fish.ts";
import { commandWords } from "../completion/words.ts";
import { EXIT } from "../exit.ts";
import { type Done, withExamples } from "./options.ts";

/** The programs that package.json installs. */
const PROGRAMS = ["lastwill", "pg-lastwill"];
/** Those that are one command. */
const ALIASES = ["gen-migrations"];

export function addCompletion(program: Command, done: Done): void {
  const command = program
    .command("completion")
    .description("print a script that completes commands and options in your shell")
    .addArgument(new Argument("<shell>", "your shell").choices(["bash", "zsh", "fish"]))
    .action((shell: string) => {
      const words = commandWords(program);
      const script = shell === "fish" ? fishCompletion : bashCompletion;
      data(script(words, PROGRAMS, ALIASES).trimEnd());
      done(EXIT.fine);
    });
  withExamples(command, {
    "bash, in ~/.bashrc": "source <(lastwill completion bash)",
    "zsh, in ~/.zshrc": "source <(lastwill completion zsh)",
    fish: "lastwill completion fish > ~/.config/fish/completions/lastwill.fish",
  });
}
