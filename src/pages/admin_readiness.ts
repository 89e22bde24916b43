import type { DirectorySnapshot } from "../contract/directory.ts";
import type { Readiness } from "../contract/host_status.ts";

/**
 * Tells whether requests should be sent to a host whose backend is in this state. A backend that can be started
 * counts as ready, a failed one too: only a request starts it, and where none came it would stay failed.
 *
 * @param isDraining whether the host was asked to stop
 */
export function readinessOf(state: DirectorySnapshot["state"], isDraining: boolean): Readiness {
  if (isDraining) return { ready: false, reason: "The host is being stopped" };
  switch (state) {
    case "ready":
      return { ready: true, reason: "The backend serves" };
    case "stopped":
      return { ready: true, reason: "The next request starts the backend" };
    case "starting":
      return { ready: true, reason: "The backend is being started, and requests wait for it" };
    case "stopping":
      return { ready: true, reason: "The backend is being stopped, and requests wait" };
    case "failed":
      return { ready: true, reason: "The last start failed, and the next request tries again" };
    case "refused":
      return {
        ready: false,
        reason: "The backend failed too often and is not started for a while",
      };
    case "offline":
      return { ready: false, reason: "The application was taken offline by app_offline.htm" };
    case "closed":
      return { ready: false, reason: "The host has stopped" };
  }
}
