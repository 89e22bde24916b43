import { join } from "node:path";
import { publishedApp } from "../../tests/support/dotnet.ts";
import { runHost, type RunningHost } from "../../tests/support/executable.ts";
import { descendantsOf, residentBytes } from "../../tests/support/executable_processes.ts";
import { until } from "../../tests/support/executable_wait.ts";
import { TEST_CERTIFICATE } from "../../tests/support/test_certificate.ts";

/** The executable with the example app behind it, on a plain and a TLS listener. */
export interface Stage extends AsyncDisposable {
  readonly host: RunningHost;
  /** Of the TLS listener, without a slash at its end. */
  readonly secureUrl: string;
  /** Clients that trust the certificate of the TLS listener, one for each version of HTTP. */
  readonly trusting: { readonly http1: Deno.HttpClient; readonly http2: Deno.HttpClient };
}

/** What a process has at one moment. */
export interface Holdings {
  readonly sockets: number;
  readonly mebibytes: number;
}

/** Short limits, so that a run sees them act. */
const LIMITS = ["--limit-head-time", "5", "--limit-write-time", "5", "--limit-idle-time", "60"];

/** Connections to the backend that a pool may keep, and what the runtime may open for itself. */
export const SPARE_SOCKETS = 40;

/** Starts it, and waits until the backend has answered. */
export async function openStage(): Promise<Stage> {
  const dir = await publishedApp("example");
  const folder = await Deno.makeTempDir({ prefix: "ancm-host-robust-" });
  const [certificate, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  await Deno.writeTextFile(certificate, TEST_CERTIFICATE.cert);
  await Deno.writeTextFile(key, TEST_CERTIFICATE.key);
  const args = ["--listen", "https://localhost:0", "--cert", certificate, "--key", key];
  const host = await runHost({ dir, args: [...args, ...LIMITS] });
  try {
    const listening = await host.log.next("listening", ({ url }) => `${url}`.startsWith("https:"));
    await host.text("/");
    const caCerts = [TEST_CERTIFICATE.cert];
    const [http1, http2] = [false, true].map((http2) =>
      Deno.createHttpClient({ caCerts, http2, http1: !http2 })
    ) as [Deno.HttpClient, Deno.HttpClient];
    return {
      host,
      secureUrl: new URL(`${listening["url"]}`).origin,
      trusting: { http1, http2 },
      async [Symbol.asyncDispose]() {
        http1.close();
        http2.close();
        await host[Symbol.asyncDispose]();
        await Deno.remove(folder, { recursive: true });
      },
    };
  } catch (error) {
    await host[Symbol.asyncDispose]();
    throw error;
  }
}

/** Counts the sockets and the memory of the host. */
export async function holdingsOf(host: RunningHost): Promise<Holdings> {
  let sockets = 0;
  for await (const { name } of Deno.readDir(`/proc/${host.pid}/fd`)) {
    const target = await Deno.readLink(`/proc/${host.pid}/fd/${name}`).catch(() => "");
    if (target.startsWith("socket:")) sockets++;
  }
  return { sockets, mebibytes: Math.round(await residentBytes(host.pid) / 1024 / 1024) };
}

/** Waits until the host has no more sockets than that; tells how many it has in the end. */
export async function settledSockets(host: RunningHost, most: number): Promise<number> {
  let { sockets } = await holdingsOf(host);
  const settled = until("sockets to close", async () => {
    sockets = (await holdingsOf(host)).sockets;
    return sockets <= most;
  });
  await settled.catch(() => {});
  return sockets;
}

/** Ends the backend as a crash would. */
export async function killBackend(host: RunningHost): Promise<void> {
  for (const pid of await descendantsOf(host.pid)) {
    try {
      Deno.kill(pid, "SIGKILL");
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}
