import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("activerecord.rb", import.meta.url));

/** ActiveRecord's version, or undefined where there is none. */
export function activeRecordVersion() {
  const program = "print ActiveRecord.version";
  try {
    const options = { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] };
    return execFileSync("ruby", ["-ractive_record", "-rpg", "-e", program], options);
  } catch {
    return undefined;
  }
}

/** `find_each(&:destroy)`, with `dependent: :destroy` on what is owned. */
export async function activeRecordDestroys({ where: { host, user, database } }) {
  const ruby = spawn("ruby", [SCRIPT, host, user, database], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: ruby.stdout })[Symbol.asyncIterator]();
  const untilItSays = async (word) => {
    const { value } = await lines.next();
    if (value !== word) throw new Error(`activerecord.rb said ${value}, and not ${word}`);
  };
  await untilItSays("ready");
  return {
    endExpired: async () => {
      ruby.stdin.write("go\n");
      await untilItSays("done");
    },
    close: async () => {
      ruby.stdin.end();
      if (ruby.exitCode === null && ruby.signalCode === null) await once(ruby, "exit");
    },
  };
}
