import { locationLookup } from "../../src/config/handler_map.ts";
import { formatProblem, type Problem } from "../../src/config/problem.ts";
import { readConfig } from "../../src/config/read_config.ts";
import type { HostEvent } from "../../src/contract/event.ts";
import type { Content, Exchange } from "../../src/contract/exchange.ts";
import { HostError } from "../../src/contract/host_error.ts";
import type { Module } from "../../src/contract/module.ts";
import type { FieldLine } from "../../src/http1/fields.ts";
import type { CompileParts, ModuleSource } from "../../src/modules/module_source.ts";
import { pathBelow, requestPath } from "../../src/modules/path_base.ts";
import { FakeClock } from "./fake_clock.ts";
import { rawExchange } from "./raw_exchange.ts";

/** What a request is asked with. */
export interface AskOptions {
  readonly method?: string;
  readonly fields?: readonly FieldLine[];
  readonly content?: Content;
  readonly address?: string;
  readonly secure?: boolean;
}

/** What became of a request. */
export interface Asked {
  /** `passed`, or status and sub-status of what refused it, as `404.8`. */
  readonly verdict: string;
  readonly error?: HostError;
  readonly x: Exchange;
}

/** A web.config whose modules judge requests without a server. */
export interface RefusalStage {
  /** As they are printed. */
  readonly problems: readonly string[];
  readonly clock: FakeClock;
  /** What was reported. */
  readonly events: readonly HostEvent[];
  /** The modules of a place. */
  modulesAt(path: string): readonly Module[];
  /** Lets the modules of its place judge a request. */
  ask(target: string, options?: AskOptions): Asked;
  /** As `ask`, but gives the verdict alone. */
  verdict(target: string, options?: AskOptions): string;
}

/**
 * Reads a web.config and compiles what it says.
 *
 * @param webServer what stands in `system.webServer`
 * @param locations what stands beside it
 */
export async function refusalStage(
  sources: readonly ModuleSource[],
  webServer = "",
  { locations = "", pathBase = "/" } = {},
): Promise<RefusalStage> {
  const root = await Deno.realPath(await Deno.makeTempDir());
  await Deno.writeTextFile(`${root}/web.config`, webConfig(webServer, locations));
  const sections = sources.flatMap((source) => source.sections);
  const { config, problems } = await readConfig(root, { environment: {}, sections });
  await Deno.remove(root, { recursive: true });
  const found: Problem[] = [...problems];
  const events: HostEvent[] = [];
  const clock = new FakeClock();
  const parts: CompileParts = {
    root,
    pathBase,
    clock,
    report: (event) => events.push(event),
    problem: (problem) => found.push(problem),
  };
  const at = locationLookup((config?.locations ?? []).map((location) =>
    [
      location.path,
      sources.flatMap((source) => source.compile(location, parts) ?? []),
    ] as const
  ));
  const modulesAt = (target: string) => at(pathBelow(pathBase, safePath(target)) ?? "/") ?? [];
  const ask = (target: string, options: AskOptions = {}): Asked => {
    const x = exchange(target, options);
    try {
      for (const module of modulesAt(target)) module.request?.(x);
      return { x, verdict: "passed" };
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      const { status, subStatus } = error.failure;
      return { x, error, verdict: `${status}.${subStatus}` };
    }
  };
  return {
    problems: found.map(formatProblem),
    clock,
    events,
    modulesAt,
    ask,
    verdict: (target, options) => ask(target, options).verdict,
  };
}

/** Says that everything about an exchange is over, as a front does. */
export function end({ atEnd }: Exchange): void {
  atEnd?.forEach((act) => act());
}

function webConfig(webServer: string, locations: string): string {
  return `<configuration><system.webServer>
<handlers><add name="aspNetCore" path="*" verb="*" modules="AspNetCoreModuleV2" /></handlers>
<aspNetCore processPath="dotnet" />
${webServer}</system.webServer>${locations}</configuration>`;
}

function exchange(target: string, options: AskOptions): Exchange {
  const { method = "GET", fields = [], content, address = "203.0.113.7", secure = false } = options;
  const x = rawExchange(fields, content);
  const received = { ...x.received, method, target };
  return { ...x, received, request: received, client: { address, port: 50_000, secure } };
}

function safePath(target: string): string {
  try {
    return requestPath(target);
  } catch {
    return "/";
  }
}
