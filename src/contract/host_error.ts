import { ADDRESS_FAILURES } from "./_address_failures.ts";
import { FILE_FAILURES } from "./_file_failures.ts";
import { FILTER_FAILURES } from "./_filter_failures.ts";
import { LOGON_FAILURES } from "./_logon_failures.ts";
import type { Failure } from "./failure.ts";

/** Every way a request or a start can fail: the only place where a status is chosen. */
export const FAILURES = {
  "bad-request": {
    status: 400,
    subStatus: 0,
    side: "client",
    title: "Bad Request",
    remedy: "Correct the request: it is not valid HTTP",
  },
  "client-gone": {
    status: 400,
    subStatus: 0,
    side: "client",
    title: "Bad Request",
    remedy: "Nothing to do: the client left before its answer was complete",
  },
  "request-timeout": {
    status: 408,
    subStatus: 0,
    side: "client",
    title: "Request Timeout",
    remedy: "Send the request faster: its head or its content took too long",
  },
  "target-too-long": {
    status: 414,
    subStatus: 0,
    side: "client",
    title: "URI Too Long",
    remedy: "Use a shorter URL, or raise --limit-target",
  },
  "head-too-large": {
    status: 431,
    subStatus: 0,
    side: "client",
    title: "Request Header Fields Too Large",
    remedy:
      "Send fewer or smaller fields, such as cookies, or raise --limit-fields or --limit-head",
  },
  "version-not-supported": {
    status: 505,
    subStatus: 0,
    side: "client",
    title: "HTTP Version Not Supported",
    remedy: "Use HTTP/1.1 or HTTP/1.0",
  },
  "outside-path-base": {
    status: 404,
    subStatus: 0,
    side: "client",
    title: "Not Found",
    remedy: "Ask for a path below the application's, or change --path-base",
  },
  "no-handler": {
    status: 404,
    subStatus: 4,
    side: "client",
    title: "Not Found",
    remedy: "Add a handler for this path and verb to system.webServer/handlers in web.config",
  },
  "method-not-allowed": {
    status: 405,
    subStatus: 0,
    side: "client",
    title: "Method Not Allowed",
    remedy: "Use another method: TRACE would show the pairing token",
  },
  "method-not-implemented": {
    status: 501,
    subStatus: 0,
    side: "client",
    title: "Not Implemented",
    remedy: "Use another method: the host is no forward proxy and takes no CONNECT",
  },
  "content-not-passed": {
    status: 501,
    subStatus: 0,
    side: "host",
    title: "Not Implemented",
    remedy: "Send the content with another method, such as POST: GET and HEAD carry none here",
  },
  "host-bug": {
    status: 500,
    subStatus: 0,
    side: "host",
    title: "Internal Server Error",
    remedy: "Report the request id and the log line that carries it",
  },
  "pattern-input-too-long": {
    status: 500,
    subStatus: 50,
    side: "client",
    title: "Internal Server Error",
    remedy: "Nothing to do: what the client sent is too long for the patterns of the rewrite rules",
  },
  "rewrite-failed": {
    status: 500,
    subStatus: 50,
    side: "client",
    title: "Internal Server Error",
    remedy: "Correct the rewrite rule: with what this client sent it gives no usable URL or field",
  },
  "rewrite-to-other-host": {
    status: 404,
    subStatus: 4,
    side: "host",
    title: "Not Found",
    remedy: "Redirect to the other host, or rewrite to a path: the host is no proxy for others",
  },
  "rewrite-outside-application": {
    status: 403,
    subStatus: 18,
    side: "host",
    title: "Forbidden",
    remedy: "Rewrite to a path below the application's, or change --path-base",
  },
  "outbound-rewrite-encoded": {
    status: 500,
    subStatus: 52,
    side: "host",
    title: "Internal Server Error",
    remedy:
      "Keep the outbound rule from encoded answers by a preCondition, or turn compression off in the application",
  },
  "configuration-invalid": {
    status: 500,
    subStatus: 19,
    side: "host",
    title: "Internal Server Error",
    remedy: "Correct the web.config of this folder: the host's log names the file and the line",
  },
  "handler-module-missing": {
    status: 500,
    subStatus: 21,
    side: "host",
    title: "Internal Server Error",
    remedy:
      "The handler names a module this host does not have: map the path to AspNetCoreModuleV2 or remove the handler",
  },
  "backend-refused": {
    status: 502,
    subStatus: 3,
    side: "backend",
    title: "Bad Gateway",
    remedy: "The backend took no connection: read its output in the host's log",
  },
  "backend-broke": {
    status: 502,
    subStatus: 3,
    side: "backend",
    title: "Bad Gateway",
    remedy: "The backend ended the connection before its answer: read its output in the host's log",
  },
  "backend-invalid": {
    status: 502,
    subStatus: 3,
    side: "backend",
    title: "Bad Gateway",
    remedy: "The backend's answer is not valid HTTP: correct the program that sends it",
  },
  "backend-silent": {
    status: 502,
    subStatus: 3,
    side: "backend",
    title: "Bad Gateway",
    remedy:
      "The backend took longer than aspNetCore/@requestTimeout: make it faster, or raise that",
  },
  "start-no-program": {
    status: 502,
    subStatus: 5,
    side: "backend",
    title: "Bad Gateway",
    remedy: "Correct aspNetCore/@processPath in web.config, or install the program it names",
  },
  "start-no-port": {
    status: 502,
    subStatus: 5,
    side: "backend",
    title: "Bad Gateway",
    remedy:
      "Give ASPNETCORE_PORT in web.config a free port from 1025 to 48000, or remove it and let the host choose",
  },
  "start-no-copy": {
    status: 502,
    subStatus: 5,
    side: "host",
    title: "Bad Gateway",
    remedy:
      "Make room, or correct the handlerSetting shadowCopyDirectory, or set enableShadowCopy to false",
  },
  "start-not-built": {
    status: 502,
    subStatus: 5,
    side: "backend",
    title: "Bad Gateway",
    remedy: "Correct the source: it is built again when a file is saved, and with the next request",
  },
  "start-exited": {
    status: 502,
    subStatus: 5,
    side: "backend",
    title: "Bad Gateway",
    remedy:
      "The program ended before it listened: run it by hand in the app folder and read what it prints",
  },
  "start-crashed": {
    status: 502,
    subStatus: 5,
    side: "backend",
    title: "Bad Gateway",
    remedy:
      "The program was ended by a signal before it listened: read what it printed, and what the system's log says of it",
  },
  "start-timeout": {
    status: 502,
    subStatus: 5,
    side: "backend",
    title: "Bad Gateway",
    remedy:
      "The program did not listen in time: make its start faster, or raise aspNetCore/@startupTimeLimit",
  },
  "start-wrong-port": {
    status: 502,
    subStatus: 5,
    side: "backend",
    title: "Bad Gateway",
    remedy:
      "The program listens on another port than it was given: let it use ASPNETCORE_PORT, PORT or ASPNETCORE_URLS",
  },
  "start-port-taken": {
    status: 502,
    subStatus: 5,
    side: "backend",
    title: "Bad Gateway",
    remedy: "Another program owns the backend's port: stop it, or give the backend another port",
  },
  "rapid-fail": {
    status: 503,
    subStatus: 0,
    side: "backend",
    title: "Service Unavailable",
    remedy:
      "The program ended or did not start too often within a minute: read its output in the host's log, or raise aspNetCore/@rapidFailsPerMinute",
  },
  "app-offline": {
    status: 503,
    subStatus: 0,
    side: "host",
    title: "Service Unavailable",
    remedy: "Remove app_offline.htm from the app folder to have the application started again",
  },
  "host-stopping": {
    status: 503,
    subStatus: 0,
    side: "host",
    title: "Service Unavailable",
    remedy: "Try again: the host is being stopped",
  },
  "queue-full": {
    status: 503,
    subStatus: 0,
    side: "host",
    title: "Service Unavailable",
    remedy: "Too many requests wait for the backend to start: try again later",
  },
  ...FILE_FAILURES,
  ...FILTER_FAILURES,
  ...ADDRESS_FAILURES,
  ...LOGON_FAILURES,
} as const satisfies Record<string, Failure>;

/** The name of one of {@linkcode FAILURES}. */
export type FailureCode = keyof typeof FAILURES;

/** Options of a {@linkcode HostError}. */
export interface HostErrorOptions extends ErrorOptions {
  /** Facts for local clients and the log, one a line; never a secret. */
  readonly details?: readonly string[];
  /** Seconds for `Retry-After`; 503 answers always carry one. @default 1 */
  readonly retryAfterS?: number;
  /** What the answer says beside the fields of every failure, such as `Allow`. @default [] */
  readonly fields?: readonly (readonly [name: string, value: string])[];
}

/** A failure with its cause, which becomes an answer to the client and a line in the log. */
export class HostError extends Error {
  override readonly name = "HostError";
  readonly code: FailureCode;
  readonly failure: Failure;
  readonly details: readonly string[];
  readonly retryAfterS: number;
  readonly fields: readonly (readonly [name: string, value: string])[];

  /**
   * @param code which of {@linkcode FAILURES}
   * @param message the action that failed, the value in quotes, what would be right; no full stop
   */
  constructor(code: FailureCode, message: string, options: HostErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.failure = FAILURES[code];
    this.details = options.details ?? [];
    this.retryAfterS = options.retryAfterS ?? 1;
    this.fields = options.fields ?? [];
  }

  /** Gives the error itself where it is ours; anything unforeseen is our bug and says so. */
  static from(error: unknown): HostError {
    if (error instanceof HostError) return error;
    return new HostError("host-bug", "Cannot finish the request", { cause: error });
  }
}
