import type { RunningHost } from "../support/executable.ts";

/** What `/echo` of the example app answers. */
export interface Facts {
  readonly method: string;
  readonly rawTarget: string;
  readonly scheme: string;
  readonly host: string;
  readonly pathBase: string;
  readonly path: string;
  readonly query: string;
  readonly remoteIp: string;
  readonly remotePort: number;
  readonly protocol: string;
  readonly tokenFields: number;
  readonly headers: readonly { readonly name: string; readonly values: readonly string[] }[];
}

/** What `/environment` of the example app answers. */
export interface ProcessFacts {
  readonly processId: number;
  readonly currentDirectory: string;
  readonly contentRoot: string;
  readonly environmentName: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** Asks the example app behind a host for its process and port; starts it if need be. */
export async function backendOf(
  host: RunningHost,
): Promise<{ pid: number; port: string; facts: ProcessFacts }> {
  const facts = await host.json<ProcessFacts>("/environment");
  return { pid: facts.processId, port: facts.variables["ASPNETCORE_PORT"] ?? "", facts };
}
