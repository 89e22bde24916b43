import { basename, join } from "node:path";
import type { AppConfig, LocationConfig } from "./app_config.ts";
import { type AppFolder, openAppFolder } from "./_app_folder.ts";
import { buildAspNetCore } from "./asp_net_core.ts";
import { ASP_NET_CORE } from "./asp_net_core_schema.ts";
import { ConfigFiles } from "./_config_files.ts";
import { type PlacedSection, type PlaceOptions, placeSections } from "./_document.ts";
import type { EffectiveConfig } from "./effective.ts";
import { expander } from "./expand.ts";
import { deepFreeze } from "./_freeze.ts";
import { handlersBuilder, isAspNetCore } from "./handlers.ts";
import { HANDLERS } from "./handlers_schema.ts";
import { inferCommand, type InferredCommand } from "./infer.ts";
import { pathsAbove } from "./_location_path.ts";
import { type EffectiveLocation, effectiveLocations } from "./_locations.ts";
import { readModules } from "./modules.ts";
import { MODULES } from "./modules_schema.ts";
import { type Problem, ProblemList } from "./problem.ts";
import type { SectionSchema } from "./schema.ts";
import { authenticationOf, refuseUnprotected } from "./_security.ts";
import { DIGEST_AUTHENTICATION, WINDOWS_AUTHENTICATION } from "./security_schemas.ts";
import { WEB_SOCKET } from "./web_socket_schema.ts";
import type { XmlElement } from "./xml.ts";

/** The sections that this room knows by itself. */
export const OWN_SECTIONS: readonly SectionSchema[] = [
  ASP_NET_CORE,
  HANDLERS,
  MODULES,
  WEB_SOCKET,
  WINDOWS_AUTHENTICATION,
  DIGEST_AUTHENTICATION,
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
  /** Whether sections and modules that IIS locks are refused. @default false @see IIS M-CF-6 */
  readonly strictIis?: boolean | undefined;
  /** Whether the files of sub-folders are left alone: `allowSubDirConfig="false"` in IIS. @default false */
  readonly rootConfigOnly?: boolean | undefined;
}

/** What came of reading. */
export interface ReadConfigResult {
  /** Present if and only if no problem is an error. */
  readonly config?: AppConfig;
  /** All of them, in the order of the files. */
  readonly problems: readonly Problem[];
  /** What is in effect and where it was written; present with `config`. */
  readonly effective?: EffectiveConfig;
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
  const built = folder && await readFolder(folder, options, problems);
  const sorted = deepFreeze(problems.sorted());
  if (!built || problems.hasErrors) return { problems: sorted };
  return { config: deepFreeze(built.config), problems: sorted, effective: built.effective };
}

/** A configuration and what it was made of. */
type Built = Required<Pick<ReadConfigResult, "config" | "effective">>;

async function readFolder(
  folder: AppFolder,
  options: ReadConfigOptions,
  problems: ProblemList,
): Promise<Built | undefined> {
  const files = new ConfigFiles(folder.root, problems);
  if (folder.webConfig === undefined) {
    const command = await inferCommand(folder, options.environment, problems);
    if (!command) return undefined;
    const source = { kind: "inferred", file: join(folder.root, command.file) } as const;
    return await build(folder, source, inferredDocument(command), options, files, problems);
  }
  const source = { kind: "web.config", file: join(folder.root, folder.webConfig) } as const;
  const document = await files.tree(folder.webConfig, "");
  return document && await build(folder, source, document, options, files, problems);
}

async function build(
  folder: AppFolder,
  source: AppConfig["source"],
  root: XmlElement,
  options: ReadConfigOptions,
  files: ConfigFiles,
  problems: ProblemList,
): Promise<Built | undefined> {
  const given = new Set(options.sections?.map(({ name }) => name));
  const own = OWN_SECTIONS.filter(({ name }) => !given.has(name));
  const schemas = [...own, ...options.sections ?? []];
  const file = basename(source.file);
  const placed = await readSections(root, file, { ...options, schemas }, files, problems);
  if (!placed) return undefined;
  const folders = files.all.map(({ path }) => path);
  const locations = effectiveLocations(placed, schemas, problems, folders);
  refuseUnprotected(locations, new Set(own.map(({ name }) => name)), problems);
  const sections = locations[0]?.sections ?? {};
  const element = placed.find(({ schema }) => schema.name === ASP_NET_CORE.name)?.element;
  const section = sections[ASP_NET_CORE.name];
  if (!element || !section) {
    const right = "serve the folder that dotnet publish makes, or add the section";
    problems.error({ file }, `No aspNetCore section; ${right}`);
    return undefined;
  }
  const config = {
    root: folder.root,
    source,
    files: files.all,
    aspNetCore: buildAspNetCore(section, {
      expand: expander(options.environment),
      problems,
      place: element.place,
      written: new Set(element.attributes.map(({ name }) => name)),
    }),
    locations: buildLocations(locations, given, options.modules ?? [], element, problems),
    ...buildModules(sections, options, problems),
    authentication: authenticationOf(sections),
  };
  return { config, effective: { schemas, locations } };
}

/** Gives the sections of all files, those of the application first; undefined where its own cannot be read. */
async function readSections(
  root: XmlElement,
  file: string,
  options: PlaceOptions & Pick<ReadConfigOptions, "rootConfigOnly">,
  files: ConfigFiles,
  problems: ProblemList,
): Promise<PlacedSection[] | undefined> {
  const document = await files.withSources(root, { file, path: "" }, options);
  const placed = placeSections(document, options, problems);
  if (document.name !== "configuration") return undefined;
  if (!options.rootConfigOnly) placed.push(...await files.subFolders(options));
  return placed;
}

function buildModules(
  sections: EffectiveLocation["sections"],
  { strictIis = false }: ReadConfigOptions,
  problems: ProblemList,
): Pick<AppConfig, "removedModules" | "webSocketEnabled"> {
  const section = sections[MODULES.name];
  const removedModules = section ? readModules(section, problems, strictIis) : [];
  const isOn = sections[WEB_SOCKET.name]?.settings.enabled?.value !== false;
  return { removedModules, webSocketEnabled: isOn && !removedModules.includes("WebSocketModule") };
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
  const broken = new Set([...problems.broken].map((path) => path.toLowerCase()));
  return built.map((location) => {
    const path = location.path.toLowerCase();
    const isBroken = [path, ...pathsAbove(path)].some((one) => broken.has(one));
    return isBroken ? { ...location, isBroken } : location;
  });
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
