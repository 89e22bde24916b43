import assert from "node:assert/strict";
import { dirname } from "node:path";
import { handlerMatch } from "../../src/config/handler_map.ts";
import { formatProblem, type Problem } from "../../src/config/problem.ts";
import { readConfig } from "../../src/config/read_config.ts";
import type { Clock } from "../../src/contract/clock.ts";
import { bytesContent } from "../../src/contract/content.ts";
import type { BackendDirectory } from "../../src/contract/directory.ts";
import type { Exchange, Reply } from "../../src/contract/exchange.ts";
import type { Handler } from "../../src/contract/module.ts";
import type { Accounts } from "../../src/modules/authentication/accounts.ts";
import { type FieldLine, FieldList } from "../../src/http1/fields.ts";
import {
  MODULE_NAMES,
  MODULE_SECTIONS,
  moduleChain,
  prepareModules,
} from "../../src/modules/mod.ts";
import { PhysicalFiles } from "../../src/modules/physical_files.ts";
import { errorReply, statusReply } from "../../src/pages/error_page.ts";
import { pipeline } from "../../src/server/pipeline.ts";
import { FakeClock } from "./fake_clock.ts";
import { rawExchange } from "./raw_exchange.ts";

/** How a stage is set up. */
export interface SiteStageOptions {
  /** Answers in the backend's place. @default 200 "backend" */
  readonly backend?: Handler;
  /** Texts by path below the application folder. */
  readonly files?: Readonly<Record<string, string>>;
  /** What stands beside `system.webServer`. */
  readonly locations?: string;
  readonly pathBase?: string;
  readonly disableStartUpErrorPage?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  /** What stands in `handlers`. @default all goes to the backend */
  readonly handlers?: string;
  /** `handlers/@accessPolicy` @default not written */
  readonly accessPolicy?: string;
  /** @default one that stands still in 1970 */
  readonly clock?: Clock;
  /** Who may log on. */
  readonly accounts?: Accounts;
  /** How the backend is. */
  readonly directory?: Pick<BackendDirectory, "current" | "want">;
}

/** What a request is asked with. */
export interface SiteRequest {
  readonly method?: string;
  readonly fields?: readonly FieldLine[];
  /** @default a remote one */
  readonly address?: string;
  readonly secure?: boolean;
}

/** What a client would see. */
export interface SiteAnswer {
  readonly status: number;
  readonly fields: Reply["head"]["fields"];
  readonly body: string;
  /** The same as it was sent. */
  readonly bytes: Uint8Array;
  readonly reply: Reply;
}

/** A web.config with all modules, the real pages and a backend of a test, without a server. */
export interface SiteStage extends AsyncDisposable {
  /** Of the application folder. */
  readonly root: string;
  /** As they are printed. */
  readonly problems: readonly string[];
  ask(target: string, request?: SiteRequest): Promise<SiteAnswer>;
}

/**
 * Reads a web.config and makes the site of it.
 *
 * @param webServer what stands in `system.webServer` beside the handlers
 */
export async function siteStage(
  webServer: string,
  options: SiteStageOptions = {},
): Promise<SiteStage> {
  const { pathBase = "/", disableStartUpErrorPage = false } = options;
  const root = await Deno.realPath(await Deno.makeTempDir());
  await writeSite(root, webServer, options);
  const { config, problems: found } = await readConfig(root, {
    environment: {},
    sections: MODULE_SECTIONS,
    modules: MODULE_NAMES,
  });
  const problems: Problem[] = [...found];
  let handler: Handler = () => assert.fail(problems.map(formatProblem).join("\n"));
  if (config) {
    await prepareModules(config);
    const { clock = new FakeClock() } = options;
    const files = new PhysicalFiles({ root, clock });
    const pages = { disableStartUpErrorPage, root, pathBase };
    const chain = moduleChain({
      config,
      root,
      pathBase,
      disableStartUpErrorPage,
      clock,
      files,
      match: handlerMatch(config, files.kindOf),
      aspNetCore: options.backend ?? (() => textReply(200, "backend")),
      statusPage: (x, status, isDetailed) => statusReply(x, status, isDetailed, pages),
      execute: (x) => handler(x),
      accounts: options.accounts,
      directory: options.directory,
      expand: (text) => text.replace(/%(\w+)%/g, (all, name) => options.environment?.[name] ?? all),
      problem: (problem) => problems.push(problem),
    });
    handler = pipeline({ ...chain, page: (x, error) => errorReply(x, error, pages) });
  }
  return {
    root,
    problems: problems.map(formatProblem),
    ask: (target, request) => ask(handler, target, request),
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}

/** Makes an answer as a backend gives it. */
export function textReply(status: number, text: string, lines: readonly FieldLine[] = []): Reply {
  const bytes = new TextEncoder().encode(text);
  const fields = new FieldList([["Content-Type", "text/plain"], ...lines]);
  return { head: { status, reason: "", fields }, content: bytesContent(bytes) };
}

const ALL_TO_BACKEND = '<add name="aspNetCore" path="*" verb="*" modules="AspNetCoreModuleV2" />';

async function writeSite(
  root: string,
  webServer: string,
  { files = {}, locations = "", handlers = ALL_TO_BACKEND, accessPolicy }: SiteStageOptions,
): Promise<void> {
  const policy = accessPolicy === undefined ? "" : ` accessPolicy="${accessPolicy}"`;
  const all = {
    ...files,
    "web.config":
      `<configuration><system.webServer><handlers${policy}>${handlers}</handlers><aspNetCore processPath="dotnet" />\n${webServer}</system.webServer>${locations}</configuration>`,
  };
  for (const [path, text] of Object.entries(all)) {
    await Deno.mkdir(dirname(`${root}/${path}`), { recursive: true });
    await Deno.writeTextFile(`${root}/${path}`, text);
  }
}

async function ask(
  handler: Handler,
  target: string,
  { method = "GET", fields = [], address = "203.0.113.7", secure = false }: SiteRequest = {},
): Promise<SiteAnswer> {
  const host: FieldLine[] = fields.some(([name]) => name === "Host")
    ? []
    : [["Host", "example.com"]];
  const raw = rawExchange([...host, ...fields]);
  const received = { ...raw.received, method, target };
  const client = { ...raw.client, address, secure };
  const x: Exchange = { ...raw, received, request: received, client };
  const reply = await handler(x);
  for (const call of x.atEnd ?? []) call();
  const bytes = await bytesOf(reply);
  const body = new TextDecoder().decode(bytes);
  return { status: reply.head.status, fields: reply.head.fields, body, bytes, reply };
}

async function bytesOf({ content }: Reply): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (let bytes = await content.read(); bytes; bytes = await content.read()) {
    pieces.push(bytes.slice());
  }
  return new Uint8Array(await new Blob(pieces as BlobPart[]).arrayBuffer());
}
