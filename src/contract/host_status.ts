import type { BackendStatus } from "./backend_status.ts";
import type { Traffic } from "./traffic.ts";

/** Whether requests should be sent to this host now, and why. */
export interface Readiness {
  /** Whether they should. */
  readonly ready: boolean;
  /** One sentence for a person, without a full stop. */
  readonly reason: string;
}

/** What there is to know of a running host at one moment: the JSON of `GET /status`. Holds no secret. */
export interface HostStatus {
  /** Of the host. */
  readonly version: string;
  /** Process id of the host, in its own namespace. */
  readonly pid: number;
  /** When it was started, ISO 8601. */
  readonly startedAt: string;
  /** Seconds since then. */
  readonly uptimeS: number;
  /** Absolute path of the application folder, links resolved. */
  readonly appDir: string;
  /** The file that the configuration in use was read from. */
  readonly configFile: string;
  /** Of every listener for clients. */
  readonly urls: readonly string[];
  /** Whether a stop was asked and what is under way may end. */
  readonly draining: boolean;
  /** As `GET /readyz` answers. */
  readonly readiness: Readiness;
  /** Of its processes. */
  readonly backend: BackendStatus;
  /** Of the requests for it. */
  readonly traffic: Traffic;
}

/**
 * How a recycle ended.
 *
 * - `switched`: a new generation serves
 * - `idle`: nothing ran that had to be replaced
 * - `kept`: the new generation did not start, and the old one serves on
 * - `failed`: the new generation did not start, and the old one had ended before
 * - `given-up`: something else came in between, such as a stop
 */
export interface RecycleResult {
  /** Which of these. */
  readonly outcome: "switched" | "idle" | "kept" | "failed" | "given-up";
  /** One sentence for a person, without a full stop. */
  readonly message: string;
}
