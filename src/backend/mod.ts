/** One backend process and its life. Only here are programs started. */
export { type BackendOptions, createBackend } from "./backend.ts";
export type { Backend } from "./supervisor.ts";
export type { OutputLine } from "./child.ts";
export type { Probe } from "./readiness.ts";
export type { Variables } from "./environment.ts";
