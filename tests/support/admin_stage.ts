import { join } from "node:path";
import { makeRuntimeFolder } from "../../src/backend/custody/runtime_folder.ts";
import type { HostStatus, RecycleResult } from "../../src/contract/host_status.ts";
import { adminSocket } from "../../src/contract/runtime_folder.ts";
import { openAdmin } from "../../src/host/admin.ts";
import { systemClock } from "../../src/contract/clock.ts";
import { AdminEvents } from "../../src/pages/admin_events.ts";
import type { AdminSiteOptions } from "../../src/pages/admin_site.ts";
import { errorReply } from "../../src/pages/error_page.ts";
import type { Listeners } from "../../src/server/listener.ts";
import { scriptedSource, USED_CONFIGURATION } from "./live_source.ts";

/** Above what Linux gives out: a process that is never there. */
export const NO_PROCESS = 4_194_305;

/** What a host says of itself in tests. */
export function hostStatus(changes: Partial<HostStatus> = {}): HostStatus {
  return {
    version: "1.2.3",
    pid: NO_PROCESS,
    startedAt: "2026-01-02T03:00:00.000Z",
    uptimeS: 3_725,
    appDir: "/srv/app",
    configFile: "/srv/app/web.config",
    urls: ["http://127.0.0.1:8080"],
    draining: false,
    readiness: { ready: true, reason: "The backend serves" },
    backend: {
      state: "ready",
      generation: 3,
      processes: [{
        id: 5,
        generation: 3,
        pid: 4711,
        port: 23_456,
        state: "ready",
        startedAt: "2026-01-02T04:00:00.000Z",
      }],
      starts: 4,
      crashes: 1,
      recycles: 2,
    },
    traffic: { inFlight: 2, total: 1_234 },
    ...changes,
  };
}

/** The answers of a host to commands, and what it was asked. */
export interface AdminFace {
  readonly options: AdminSiteOptions;
  /** In order, such as `recycle the admin listener`. */
  readonly asked: string[];
}

/** Makes the face of a host that takes commands on a Unix socket, without a host behind it. */
export function adminFace(changes: Partial<AdminSiteOptions> = {}): AdminFace {
  const asked: string[] = [];
  const recycled: RecycleResult = { outcome: "switched", message: "Generation 4 serves" };
  const options = {
    status: () => hostStatus(),
    readiness: () => hostStatus().readiness,
    metrics: (format: string) => `# ${format}\n`,
    recycle(reason: string) {
      asked.push(`recycle ${reason}`);
      return Promise.resolve(recycled);
    },
    stop: (reason: string) => void asked.push(`stop ${reason}`),
    configuration: () => USED_CONFIGURATION,
    events: new AdminEvents(systemClock, scriptedSource()),
    isTokenNeeded: false,
    ...changes,
  };
  return { asked, options };
}

/** Opens the admin listener of a face, as a host does that was given this URL. */
export async function listenAdmin(admin: string, { options }: AdminFace): Promise<Listeners> {
  const listeners = await openAdmin({
    admin,
    adminToken: options.token,
    root: "/srv/app",
    folder: undefined,
    report: () => {},
    page: (x, error) => errorReply(x, error, { disableStartUpErrorPage: false }),
    site: options,
  });
  if (!listeners) throw new Error(`No admin listener on ${admin}`);
  return listeners;
}

/** A user's folders, and what looks like the host of an application there. */
export interface AdminStage extends AsyncDisposable {
  readonly appDir: string;
  /** For the commands of that user. */
  readonly environment: Readonly<Record<string, string>>;
  /** Path of the admin socket of the application's host, whether there is one or not. */
  readonly socket: string;
}

/** Makes folders of a user with an application, for one test. */
export async function adminStage(): Promise<AdminStage> {
  const home = await Deno.realPath(await Deno.makeTempDir({ prefix: "admin-" }));
  const appDir = join(home, "app");
  await Deno.mkdir(appDir);
  const environment = { XDG_RUNTIME_DIR: home };
  const folder = await makeRuntimeFolder(environment);
  if (folder === undefined) throw new Error(`Nothing private can be made in ${home}`);
  return {
    appDir,
    environment,
    socket: await adminSocket(folder, appDir),
    [Symbol.asyncDispose]: () => Deno.remove(home, { recursive: true }),
  };
}
