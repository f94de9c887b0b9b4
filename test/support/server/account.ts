import { output } from "./machine.ts";

/** Whom a child process runs as, in the form `spawn` takes. */
export interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

/** The account to run the server as: ourselves, or an unprivileged one if we are root, which postgres refuses. */
export function serverAccount(): Account {
  if (process.getuid?.() !== 0) return {};
  for (const name of ["postgres", "nobody", "node", "daemon"]) {
    const uid = output("id", ["-u", name]);
    const gid = output("id", ["-g", name]);
    if (uid && gid && uid !== "0") return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(
    "running as root, and there is no account to run PostgreSQL as (postgres, nobody, node, daemon)",
  );
}
