import type { LocationConfig } from "../../src/config/app_config.ts";
import { locationLookup } from "../../src/config/handler_map.ts";
import { formatProblem, type Problem } from "../../src/config/problem.ts";
import { readConfig } from "../../src/config/read_config.ts";
import { emptyContent } from "../../src/contract/content.ts";
import type { Exchange, Reply } from "../../src/contract/exchange.ts";
import type { Report } from "../../src/contract/event.ts";
import { HostError } from "../../src/contract/host_error.ts";
import type { Module } from "../../src/contract/module.ts";
import { type FieldLine, FieldList } from "../../src/http1/fields.ts";
import type { CompileParts, ModuleSource } from "../../src/modules/module_source.ts";
import { pathBelow, requestPath } from "../../src/modules/path_base.ts";
import { rewriteRules } from "../../src/modules/rewrite/rules.ts";
import { FakeClock } from "./fake_clock.ts";
import { rawExchange } from "./raw_exchange.ts";

/** What a request is asked with. */
export interface AskOptions {
  /** What the backend answers. */
  readonly answer?: Reply;
  readonly method?: string;
  readonly fields?: readonly FieldLine[];
  readonly secure?: boolean;
}

/** What became of a request. */
export interface Asked {
  /** What goes on to the backend; absent where a rule answered or failed. */
  readonly target?: string;
  /** Of the request, as the rules left them. */
  readonly fields: readonly string[];
  /** Status, sub-status where there is one, and `Location` where there is one. */
  readonly answer?: string;
  readonly reply?: Reply;
  /** The code of the failure. */
  readonly failure?: string;
  readonly x: Exchange;
}

/** A web.config whose rewrite rules are asked without a server. */
export interface RewriteStage {
  /** As they are printed. */
  readonly problems: readonly string[];
  ask(target: string, options?: AskOptions): Promise<Asked>;
  /** The modules of the application itself. */
  readonly modules: readonly Module[];
}

/** How a stage is set up. */
export interface StageOptions {
  readonly pathBase?: string;
  readonly allowSlowPatterns?: boolean;
  /** Of the application folder; by default a folder with nothing but the web.config. */
  readonly files?: readonly string[];
  readonly sources?: readonly ModuleSource[];
  readonly report?: Report;
}

/**
 * Reads a web.config and compiles what it says.
 *
 * @param webServer what stands in `system.webServer`
 * @param locations what stands beside it
 */
export function rewriteStage(
  webServer: string,
  options: StageOptions = {},
  locations = "",
): Promise<RewriteStage & AsyncDisposable> {
  return stageOf(webConfig(webServer, locations), options);
}

/** Compiles what a whole web.config says. */
export async function stageOf(
  text: string,
  { pathBase = "/", files = [], sources = [rewriteRules], ...rest }: StageOptions,
): Promise<RewriteStage & AsyncDisposable> {
  const root = await Deno.realPath(await Deno.makeTempDir());
  for (const file of files) {
    await Deno.mkdir(`${root}/${file}`.replace(/[^/]*$/, ""), { recursive: true });
    if (!file.endsWith("/")) await Deno.writeTextFile(`${root}/${file}`, "");
  }
  await Deno.writeTextFile(`${root}/web.config`, text);
  const { config, problems } = await readConfig(root, {
    environment: {},
    sections: [...new Set(sources.flatMap((source) => source.sections))],
  });
  const found: Problem[] = [...problems];
  const parts: CompileParts = {
    ...rest,
    root,
    pathBase,
    clock: new FakeClock(),
    problem: (problem) => found.push(problem),
  };
  const modulesAt = await compile(config?.locations ?? [], sources, parts);
  const at = locationLookup(modulesAt);
  return {
    get problems() {
      return found.map(formatProblem);
    },
    modules: at("/") ?? [],
    ask(target, options) {
      const x = exchange(target, options);
      return asked(x, options?.answer, at(pathBelow(pathBase, safePath(target)) ?? "/") ?? []);
    },
    async [Symbol.asyncDispose]() {
      await Deno.remove(root, { recursive: true });
    },
  };
}

/** Wraps rules into their section. */
export function rules(...texts: readonly string[]): string {
  return `<rewrite><rules>${texts.join("\n")}</rules></rewrite>`;
}

/** A rule of a pattern and an action, with what else it holds between them. */
export function rule(url: string, action: string, between = "", attributes = ""): string {
  const match = url.startsWith("<") ? url : `<match url="${url}" />`;
  return `<rule name="${crypto.randomUUID()}" ${attributes}>${match}${between}<action ${action} /></rule>`;
}

function webConfig(webServer: string, locations: string): string {
  return `<configuration><system.webServer>
<handlers><add name="aspNetCore" path="*" verb="*" modules="AspNetCoreModuleV2" /></handlers>
<aspNetCore processPath="dotnet" />
${webServer}</system.webServer>${locations}</configuration>`;
}

async function compile(
  locations: readonly LocationConfig[],
  sources: readonly ModuleSource[],
  parts: CompileParts,
): Promise<[path: string, modules: Module[]][]> {
  for (const source of sources) await source.prepare?.(locations);
  return locations.map((location) => [
    location.path,
    sources.flatMap((source) => source.compile(location, parts) ?? []),
  ]);
}

function exchange(
  target: string,
  { method = "GET", fields = [], secure = false }: AskOptions = {},
) {
  const host: FieldLine[] = fields.some(([name]) => name === "Host")
    ? []
    : [["Host", "example.com"]];
  const x = rawExchange([...host, ...fields]);
  const received = { ...x.received, method, target };
  return { ...x, received, request: received, client: { ...x.client, secure } };
}

const NOTHING: Reply = {
  head: { status: 200, reason: "OK", fields: FieldList.none },
  content: emptyContent,
};

function safePath(target: string): string {
  try {
    return requestPath(target);
  } catch {
    return "/";
  }
}

async function asked(
  x: Exchange,
  backend: Reply | undefined,
  modules: readonly Module[],
): Promise<Asked> {
  const lines = () => Array.from(x.request.fields, ([name, value]) => `${name}: ${value}`);
  try {
    let own: Reply | undefined;
    for (const module of modules) own ??= await module.request?.(x) ?? undefined;
    let reply = own ?? backend ?? NOTHING;
    for (const module of modules.toReversed()) reply = await module.response?.(x, reply) ?? reply;
    if (!own) return { x, target: x.request.target, fields: lines(), reply };
    const { status, fields } = reply.head;
    const sub = reply.subStatus ? `.${reply.subStatus}` : "";
    const answer = `${status}${sub} ${fields.get("Location") ?? ""}`.trim();
    return { x, fields: lines(), reply, answer: reply.isDropped ? "dropped" : answer };
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return { x, fields: lines(), failure: error.code };
  }
}
