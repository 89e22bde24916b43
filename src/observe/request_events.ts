import type { HostEvent, Level } from "../contract/event.ts";
import type { Exchange } from "../contract/exchange.ts";
import type { HostError } from "../contract/host_error.ts";

/** A line that the backend wrote. */
export interface BackendOutput {
  readonly pid: number;
  readonly stream: "stdout" | "stderr";
  readonly text: string;
}

/** Tells what the backend wrote. */
export function backendOutputEvent({ pid, stream, text }: BackendOutput): HostEvent {
  return { level: "info", name: "backend-output", message: text, facts: { pid, stream } };
}

/** Tells of a request that the host answered itself, or could not answer. The query may hold secrets: it stays out. */
export function failedRequestEvent(x: Exchange, error: HostError): HostEvent {
  const { method, target } = x.received;
  const { status, subStatus, remedy } = error.failure;
  const [path] = target.split("?", 1);
  const code = `${status}.${subStatus}`;
  return {
    level: levelOf(error),
    name: "request-failed",
    message: `${code} for ${method} ${path}: ${error.message}. ${remedy}${causeOf(error)}`,
    facts: { id: x.id, status: code, code: error.code, method, path: path ?? "" },
  };
}

function levelOf({ code, failure }: HostError): Level {
  if (code === "client-gone") return "debug";
  if (failure.side === "client") return "info";
  return failure.status === 503 ? "warning" : "error";
}

/** An unforeseen error is only of use with its place. */
function causeOf({ code, cause }: HostError): string {
  if (code !== "host-bug" || !(cause instanceof Error)) return "";
  return `: ${cause.stack ?? cause.message}`;
}
