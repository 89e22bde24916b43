import type { Awaitable, Exchange, Reply } from "./exchange.ts";
import type { HostError } from "./host_error.ts";

/** A step that every request passes. Both stages are optional. */
export interface Module {
  /** The IIS name, for the log and the effective configuration. */
  readonly name: string;
  /** Way in: return a reply to end here, throw a HostError to refuse, return nothing to go on. */
  request?(x: Exchange): Awaitable<Reply | void>;
  /** Way out, in reverse order: return the reply to send. Absent stages keep the byte-for-byte relay. */
  response?(x: Exchange, reply: Reply): Awaitable<Reply>;
}

/** The modules of one place of the URL space, outermost first. */
export interface Stages {
  /** They see the URL as the client sent it, and may give the request another. */
  readonly entry: readonly Module[];
  /** They see the URL that came of it, and are those of its place. */
  readonly rest: readonly Module[];
}

/** Answers an exchange: the mapped handler, or the whole pipeline. */
export type Handler = (x: Exchange) => Awaitable<Reply>;

/** Makes the host's own answer out of a failure. */
export type ErrorPage = (x: Exchange, error: HostError) => Reply;

/** What a page of the host speaks of. */
export interface ErrorStatus {
  /** From 400 to 999. */
  readonly status: number;
  /** The IIS sub-status. */
  readonly subStatus: number;
  /** The reason phrase. */
  readonly reason: string;
  /** Absent where the status came of an answer and not of a failure of the host. */
  readonly error?: HostError | undefined;
}

/**
 * Makes the host's page for a status: with title and request id only, or `isDetailed` with all that may be said to
 * this client.
 */
export type StatusPage = (x: Exchange, status: ErrorStatus, isDetailed: boolean) => Reply;
