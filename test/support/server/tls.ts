import { execFileSync } from "node:child_process";
import { chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serverAccount } from "./account.ts";
import { chooseBinaries } from "./choice.ts";
import { startCluster } from "./cluster.ts";

/** A server on 127.0.0.1 that speaks TLS, with a certificate for `localhost` that it signed itself. */
export interface TlsServer {
  readonly port: number;
  /** The certificate's file. */
  readonly certificate: string;
  /** Its database `postgres`, past TLS and pg_hba.conf. */
  readonly adminUrl: string;
  readonly stop: () => Promise<void>;
}

/** Starts one; `hba` are the lines of its pg_hba.conf for connections that are no socket's. */
export async function startTlsServer(hba: readonly string[]): Promise<TlsServer> {
  const folder = mkdtempSync(join(tmpdir(), "lw-tls-"));
  const [key, certificate, access] = ["key.pem", "cert.pem", "hba.conf"].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  selfSigned(key, certificate);
  writeFileSync(access, ["local all postgres trust", ...hba, ""].join("\n"));
  const { uid, gid } = serverAccount();
  if (uid !== undefined && gid !== undefined) {
    for (const path of [folder, key, certificate, access]) chownSync(path, uid, gid);
  }
  const port = await freePort();
  const cluster = await startCluster(chooseBinaries(), {
    listen_addresses: "127.0.0.1",
    port: String(port),
    ssl: "on",
    ssl_cert_file: certificate,
    ssl_key_file: key,
    hba_file: access,
  });
  return {
    port,
    certificate,
    adminUrl: cluster.url.replace("port=5432", `port=${port}`),
    stop: async () => {
      await cluster.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

/** PostgreSQL's own packages bring openssl along. */
function selfSigned(key: string, certificate: string): void {
  const request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  execFileSync("openssl", [...request, ...subject, "-keyout", key, "-out", certificate], {
    stdio: "ignore",
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === "string") throw new Error("no port is free");
  return address.port;
}
