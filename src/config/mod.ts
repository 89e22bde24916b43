/** web.config → a frozen {@linkcode AppConfig}, and every problem with its place. Only here is XML seen. */
export type {
  AppConfig,
  AspNetCoreConfig,
  ConfigFile,
  HandlerMapping,
  LocationConfig,
  RecyclingConfig,
} from "./app_config.ts";
export { APP_KINDS, type AppCandidate, type AppKind, type Found } from "./app_candidate.ts";
export { type Expand, expander, type Expansion } from "./expand.ts";
export {
  type EffectiveConfig,
  shownConfig,
  type ShownElement,
  type ShownLocation,
  type ShownSetting,
} from "./effective.ts";
export {
  type HandlerMatch,
  handlerMatch,
  type KindOf,
  locationLookup,
  type ResourceKind,
} from "./handler_map.ts";
export { handlerSetting, isHandlerSettingTrue } from "./handler_setting.ts";
export {
  confinedMessage,
  formatProblem,
  inOrderOfFiles,
  type Place,
  type Problem,
} from "./problem.ts";
export { inferApps, type InferredApps } from "./infer_apps.ts";
export { timeOfDay } from "./recycling.ts";
export { readConfig, type ReadConfigOptions, type ReadConfigResult } from "./read_config.ts";
export type { SectionElement, Setting } from "./section.ts";
export type {
  AttributeBase,
  AttributeSchema,
  AttributeValue,
  BooleanAttribute,
  CollectionSchema,
  ElementSchema,
  EnumAttribute,
  FlagsAttribute,
  SectionSchema,
  StringAttribute,
  Support,
  TimeSpanAttribute,
  UintAttribute,
} from "./schema.ts";
export {
  type LaunchProfile,
  LaunchProfileError,
  type LaunchQuestion,
  readLaunchProfile,
} from "./launch_settings.ts";
export { webConfigText } from "./web_config_text.ts";
