import type { HostEvent, Level } from "../contract/event.ts";
import type { Exchange } from "../contract/exchange.ts";
import { HostError } from "../contract/host_error.ts";

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

/** Tells of an answer that broke off after its head: the client saw a broken connection. */
export function brokenAnswerEvent(x: Exchange, error: unknown): HostEvent {
  const { method } = x.received;
  const path = pathOf(x);
  const code = error instanceof HostError ? error.code : "host-bug";
  return {
    level: "error",
    name: "answer-broken",
    message: `The answer to ${method} ${path} broke off: ${messageOf(error)}`,
    facts: { id: x.id, code, method, path },
  };
}

/** Tells of a request that the host answered itself, or could not answer. */
export function failedRequestEvent(x: Exchange, error: HostError): HostEvent {
  const { method } = x.received;
  const path = pathOf(x);
  const { status, subStatus, remedy } = error.failure;
  const code = `${status}.${subStatus}`;
  return {
    level: levelOf(error),
    name: "request-failed",
    message: `${code} for ${method} ${path}: ${error.message}. ${remedy}${causeOf(error)}`,
    facts: { id: x.id, status: code, code: error.code, method, path },
  };
}

/** Without the query, which may hold secrets. */
function pathOf({ received }: Exchange): string {
  return received.target.split("?", 1)[0] ?? "";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
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
