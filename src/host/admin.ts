import type { Report } from "../contract/event.ts";
import { HostError } from "../contract/host_error.ts";
import type { ErrorPage } from "../contract/module.ts";
import { adminSocket } from "../contract/runtime_folder.ts";
import { adminSite, type AdminSiteOptions } from "../pages/admin_site.ts";
import { serverLimits } from "../server/limits.ts";
import { parseListenUrl } from "../server/listen_url.ts";
import { listen, ListenError, type Listeners } from "../server/listener.ts";

/** Connections to the admin listener at one time; one more gets 503. */
const CONNECTIONS = 16;
/** Only the user of the host may connect. */
const SOCKET_MODE = 0o600;

/** What {@linkcode openAdmin} needs. */
export interface AdminParts {
  /** As `--admin` takes it; absent: a socket of the application in `folder`. */
  readonly admin?: string | undefined;
  /** Of `--admin-token-file`. Secret. */
  readonly adminToken?: string | undefined;
  /** Of the application, links resolved. */
  readonly root: string;
  /** For what belongs to the running hosts of this user; absent where none could be made. */
  readonly folder: string | undefined;
  readonly report: Report;
  readonly page: ErrorPage;
  /** What commands do. */
  readonly site: Omit<AdminSiteOptions, "isTokenNeeded" | "token">;
}

/**
 * Opens the listener for health, status and control. Where nobody said where, and no place is free, a warning
 * says so and there is none.
 *
 * @throws {ListenError} where the address that somebody named cannot be had
 */
export async function openAdmin(parts: AdminParts): Promise<Listeners | undefined> {
  const { admin, root, folder, report } = parts;
  if (admin === "off") return undefined;
  if (admin !== undefined) return announced(listenOn(admin, parts), parts);
  if (folder === undefined) {
    report(missing("no folder can be made that only this user may enter"));
    return undefined;
  }
  try {
    return announced(listenOn(`http://unix:${await adminSocket(folder, root)}`, parts), parts);
  } catch (error) {
    if (!(error instanceof ListenError)) throw error;
    report(missing(error.message));
    return undefined;
  }
}

function listenOn(url: string, { adminToken, page, site }: AdminParts): Listeners {
  const address = parseListenUrl(url);
  if (address.kind === "tcp" && address.isSecure) {
    throw new ListenError(`Cannot listen on "${url}": the admin listener is http`, {
      isUsage: true,
    });
  }
  const isTokenNeeded = address.kind === "tcp";
  const answer = adminSite({ ...site, isTokenNeeded, token: adminToken });
  return listen([url], {
    async handler(x) {
      try {
        return await answer(x);
      } catch (error) {
        return page(x, HostError.from(error));
      }
    },
    page,
    limits: serverLimits({ connections: CONNECTIONS }),
    socketMode: SOCKET_MODE,
  });
}

function announced(listeners: Listeners, { adminToken, report }: AdminParts): Listeners {
  for (const url of listeners.urls) {
    const isOpen = url.startsWith("http://unix:") || adminToken !== undefined;
    const message = isOpen
      ? `Takes commands on ${url}`
      : `Tells its health on ${url}; commands need --admin-token-file`;
    report({ level: "info", name: "admin-listening", message, facts: { url } });
  }
  return listeners;
}

function missing(why: string) {
  const message = `Takes no commands: ${why}; name a place with --admin URL, or say --admin off`;
  return { level: "warning", name: "admin-off", message } as const;
}
