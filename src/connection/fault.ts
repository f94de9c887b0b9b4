import type pg from "pg";
import { DatabaseError } from "../exit.ts";
import { PERCENT_ENCODED } from "./url.ts";

/** What went wrong, in words of ours where others' say too little, and what to do. */
interface Explained {
  readonly what: string;
  readonly fix: string | undefined;
}

/** Why there is no connection, and what to do. Whatever it is, it is no bug of ours. */
export function connectionFault(error: unknown, client: pg.Client): DatabaseError {
  const refused = error instanceof Error ? error : new Error(String(error));
  const { what, fix } = explained(refused, client);
  return new DatabaseError([`${placeOf(client)}: ${what}`, ...(fix ? [fix] : [])].join("\n  "));
}

/** Host and database; never a password. */
export function placeOf({ host, port, database }: pg.Client): string {
  const name = host.includes(":") ? `[${host}]` : host;
  return `${name}:${port}/${database ?? ""}`;
}

function explained(error: Error, client: pg.Client): Explained {
  const code = codeOf(error);
  if (wantsPassword(error, code) && !client.password) {
    return {
      what: "the server wants a password, and none was given",
      fix: "Write it into the URL, postgres://user:password@host/database, or set PGPASSWORD, or put it into ~/.pgpass.",
    };
  }
  const rule = RULES.find(
    ({ codes, text }) =>
      (codes === undefined || codes.includes(code)) && (text?.test(error.message) ?? true),
  );
  const { fix, what } = rule ?? {};
  const said = error.message || "cannot connect";
  return { what: what === undefined ? said : `${what} (${code || said})`, fix };
}

/** The code of the system or of PostgreSQL; of a host with two addresses, that of the first. */
function codeOf(error: Error): string {
  const first = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error && "code" in first ? String(first.code) : "";
}

function wantsPassword({ message }: Error, code: string): boolean {
  return code === "28P01" || /^SASL: .* password must be/.test(message);
}

/** By the error's code, its text, or both: what to do, and what it means where it does not say so itself. */
interface Rule {
  readonly codes?: readonly string[];
  readonly text?: RegExp;
  readonly what?: string;
  readonly fix: string;
}

const REACH =
  "Are host and port right, and does the network, or a firewall, let this machine through?";
const ANSWER = {
  what: "the server does not answer in time",
  fix: `${REACH} connect_timeout=60 in the URL waits longer.`,
};
const HUNG_UP = {
  what: "the server hung up",
  fix: "Is it PostgreSQL that listens there? If it wants TLS, write sslmode=require; if not, sslmode=disable.",
};

const RULES: readonly Rule[] = [
  {
    codes: ["ECONNREFUSED"],
    what: "nobody listens there",
    fix: "Is PostgreSQL running there, and are host and port right?",
  },
  {
    codes: ["ENOTFOUND", "EAI_AGAIN"],
    what: "there is no such host",
    fix: `Is its name right? ${PERCENT_ENCODED}`,
  },
  {
    codes: ["ENOENT", "EACCES"],
    what: "no socket can be opened there",
    fix: "Is PostgreSQL running, and is that the folder of its socket?",
  },
  { codes: ["ETIMEDOUT"], ...ANSWER },
  { text: /^timeout expired/, ...ANSWER },
  { codes: ["EHOSTUNREACH", "ENETUNREACH"], what: "the host cannot be reached", fix: REACH },
  {
    text: /does not support SSL/,
    what: "the server does not speak TLS",
    fix: "Leave sslmode out of the URL, or write sslmode=disable.",
  },
  {
    codes: [
      "DEPTH_ZERO_SELF_SIGNED_CERT",
      "SELF_SIGNED_CERT_IN_CHAIN",
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
      "UNABLE_TO_GET_ISSUER_CERT",
      "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
    ],
    what: "the server's certificate is of an authority unknown here",
    fix: "Name its authority's certificate, sslrootcert=ca.pem in the URL; or write sslmode=no-verify, which checks nobody.",
  },
  {
    codes: ["ERR_TLS_CERT_ALTNAME_INVALID"],
    what: "the server's certificate is for another host",
    fix: "Name the host as its certificate does; or write sslmode=no-verify, which checks nobody.",
  },
  {
    codes: ["CERT_HAS_EXPIRED"],
    what: "the server's certificate has expired",
    fix: "Renew it; sslmode=no-verify checks nobody.",
  },
  { codes: ["EPROTO", "ECONNRESET", "EPIPE"], ...HUNG_UP },
  { text: /^There was an error establishing an SSL|^Connection terminated/, ...HUNG_UP },
  {
    codes: ["28P01"],
    fix: `Is it this role's password, on this server? ${PERCENT_ENCODED}`,
  },
  {
    codes: ["28000"],
    text: /pg_hba\.conf.*no encryption/,
    fix: "Add sslmode=require to the URL, or have pg_hba.conf let this machine in without TLS.",
  },
  {
    codes: ["28000"],
    text: /no PostgreSQL user name/,
    fix: "Write a role into the URL, postgres://user@host/database, or set PGUSER.",
  },
  {
    codes: ["28000"],
    fix: "Name a role that is there and may log in; pg_hba.conf says who may from where.",
  },
  { codes: ["3D000"], fix: "Is its name right, and the server? Make it with: createdb." },
  {
    codes: ["53300"],
    fix: "End some, or raise max_connections; a command takes one connection, a sweep one for each worker.",
  },
  { codes: ["57P03"], fix: "It starts, or shuts down: try again in a moment." },
  { codes: ["42501"], fix: "Let the role in: grant connect on database … to …;" },
];
