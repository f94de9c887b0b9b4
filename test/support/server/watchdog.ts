import { spawn } from "node:child_process";

/**
 * Kills the server in a folder and removes the folder, if told "end" no other way. `read` fails at the end
 * of the pipe, which comes when Node is gone, however it went.
 */
const SCRIPT = `
trap "" INT TERM HUP
read -r word && exit 0
pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null)
if [ -n "$pid" ]; then
  kill -QUIT "$pid" 2>/dev/null
  tries=0
  while kill -0 "$pid" 2>/dev/null && [ "$tries" -lt 50 ]; do
    sleep 0.1
    tries=$((tries + 1))
  done
fi
rm -rf -- "$1"
`;

/** Calls the watchdog off: the folder has been cleared in the regular way. */
export type CallOff = () => void;

/**
 * Sets a shell to watch over a server's folder, so that nothing is left behind even when Node is killed by
 * SIGKILL. It has a process group of its own: Ctrl-C must not reach it.
 */
export function watch(folder: string): CallOff {
  const shell = spawn("/bin/sh", ["-c", SCRIPT, "lastwill-watchdog", folder], {
    cwd: "/",
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  shell.unref();
  shell.stdin.on("error", () => {});
  return () => {
    shell.stdin.end("done\n");
  };
}
