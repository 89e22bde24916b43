import { basename, join } from "node:path";
import type { AppConfig, LocationConfig } from "./app_config.ts";
import { type AppFolder, openAppFolder, readAppFile } from "./_app_folder.ts";
import { buildAspNetCore } from "./asp_net_core.ts";
import { ASP_NET_CORE } from "./asp_net_core_schema.ts";
import { placeSections } from "./_document.ts";
import { expander } from "./expand.ts";
import { deepFreeze } from "./_freeze.ts";
import { handlersBuilder, isAspNetCore } from "./handlers.ts";
import { HANDLERS } from "./handlers_schema.ts";
import { inferCommand, type InferredCommand } from "./infer.ts";
import { type EffectiveLocation, effectiveLocations } from "./_locations.ts";
import { type Problem, ProblemList } from "./problem.ts";
import type { SectionSchema } from "./schema.ts";
import { AUTHENTICATION, refuseUnprotected } from "./_security.ts";
import {
  ACCESS,
  ANONYMOUS_AUTHENTICATION,
  BASIC_AUTHENTICATION,
  DIGEST_AUTHENTICATION,
  WINDOWS_AUTHENTICATION,
} from "./security_schemas.ts";
import { decodeText } from "./text.ts";
import { WEB_SOCKET } from "./web_socket_schema.ts";
import { parseXml, type XmlElement } from "./xml.ts";

/** The sections that this room knows by itself. */
export const OWN_SECTIONS: readonly SectionSchema[] = [
  ASP_NET_CORE,
  HANDLERS,
  WEB_SOCKET,
  ANONYMOUS_AUTHENTICATION,
  BASIC_AUTHENTICATION,
  WINDOWS_AUTHENTICATION,
  DIGEST_AUTHENTICATION,
  ACCESS,
];

/** What a configuration is read with. */
export interface ReadConfigOptions {
  /** The host's own environment, in which `%NAME%` is looked up. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * The sections of the host's modules; their effective values come back in
   * {@linkcode LocationConfig.sections}. One of the name of an own section takes its place.
   * @default []
   */
  readonly sections?: readonly SectionSchema[];
  /** The IIS modules that the host has beside the backend's, for `handlers`. @default [] */
  readonly modules?: readonly string[];
}

/** What came of reading. */
export interface ReadConfigResult {
  /** Present if and only if no problem is an error. */
  readonly config?: AppConfig;
  /** All of them, in the order of the file. */
  readonly problems: readonly Problem[];
}

/**
 * Reads the configuration of an application folder: its web.config, or where there is none what can be
 * inferred from its `*.runtimeconfig.json`. Never throws for what it finds: every mistake is a problem.
 *
 * @see ANCM C-1 … C-72, H-1 … H-10
 */
export async function readConfig(
  appDir: string,
  options: ReadConfigOptions,
): Promise<ReadConfigResult> {
  const problems = new ProblemList();
  const folder = await openAppFolder(appDir, problems);
  const config = folder && await readFolder(folder, options, problems);
  const sorted = problems.sorted();
  if (!config || problems.hasErrors) return deepFreeze({ problems: sorted });
  return deepFreeze({ config, problems: sorted });
}

async function readFolder(
  folder: AppFolder,
  options: ReadConfigOptions,
  problems: ProblemList,
): Promise<AppConfig | undefined> {
  if (folder.webConfig === undefined) {
    const command = await inferCommand(folder, problems);
    if (!command) return undefined;
    const source = { kind: "inferred", file: join(folder.root, command.file) } as const;
    return build(folder, source, inferredDocument(command), options, problems);
  }
  const file = join(folder.root, folder.webConfig);
  const bytes = await readAppFile(file, problems);
  const text = bytes && decodeText(bytes, folder.webConfig, problems);
  const root = text === undefined ? undefined : parseXml(text, folder.webConfig, problems);
  return root && build(folder, { kind: "web.config", file }, root, options, problems);
}

function build(
  folder: AppFolder,
  source: AppConfig["source"],
  document: XmlElement,
  options: ReadConfigOptions,
  problems: ProblemList,
): AppConfig | undefined {
  const given = options.sections ?? [];
  const names = new Set(given.map(({ name }) => name));
  const own = OWN_SECTIONS.filter(({ name }) => !names.has(name));
  const schemas = [...own, ...given];
  const placed = placeSections(document, schemas, problems);
  if (document.name !== "configuration") return undefined;
  const locations = effectiveLocations(placed, schemas, problems);
  refuseUnprotected(locations, new Set(own.map(({ name }) => name)), problems);
  const root = locations[0]?.sections ?? {};
  const element = placed.find(({ schema }) => schema.name === ASP_NET_CORE.name)?.element;
  const section = root[ASP_NET_CORE.name];
  if (!element || !section) {
    const right = "serve the folder that dotnet publish makes, or add the section";
    problems.error({ file: basename(source.file) }, `No aspNetCore section; ${right}`);
    return undefined;
  }
  return {
    root: folder.root,
    source,
    aspNetCore: buildAspNetCore(section, {
      expand: expander(options.environment),
      problems,
      place: element.place,
      written: new Set(element.attributes.map(({ name }) => name)),
    }),
    locations: buildLocations(locations, names, options.modules ?? [], element, problems),
    webSocketEnabled: root[WEB_SOCKET.name]?.settings.enabled?.value !== false,
    authentication: AUTHENTICATION,
  };
}

function buildLocations(
  locations: readonly EffectiveLocation[],
  given: ReadonlySet<string>,
  modules: readonly string[],
  element: XmlElement,
  problems: ProblemList,
): LocationConfig[] {
  const build = handlersBuilder(modules, problems);
  const built = locations.map(({ path, sections }) => {
    const handlers = sections[HANDLERS.name];
    const asked = Object.entries(sections).filter(([name]) => given.has(name));
    return { path, handlers: handlers ? build(handlers) : [], sections: Object.fromEntries(asked) };
  });
  if (!problems.hasErrors && !built.some(({ handlers }) => handlers.some(isAspNetCore))) {
    const what = "No handler hands requests to the backend, so that it never gets one";
    const right =
      'add <add name="aspNetCore" path="*" verb="*" modules="AspNetCoreModuleV2"/> to handlers';
    problems.warning(element.place, `${what}; ${right}`);
  }
  return built;
}

/** Writes an inferred command as the document that says the same, so that both take one way. */
function inferredDocument({ processPath, arguments: args, file }: InferredCommand): XmlElement {
  const place = { file };
  const element = (
    name: string,
    attributes: Readonly<Record<string, string>>,
    children: readonly XmlElement[] = [],
  ): XmlElement => ({
    name,
    place,
    attributes: Object.entries(attributes).map(([name, value]) => ({ name, value, place })),
    children,
  });
  const handler = { name: "aspNetCore", path: "*", verb: "*", modules: "AspNetCoreModuleV2" };
  return element("configuration", {}, [
    element("system.webServer", {}, [
      element("handlers", {}, [element("add", handler)]),
      element("aspNetCore", { processPath, arguments: args }),
    ]),
  ]);
}
