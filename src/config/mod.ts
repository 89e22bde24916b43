/** web.config → a frozen {@linkcode AppConfig}, and every problem with its place. Only here is XML seen. */
export type {
  AppConfig,
  AspNetCoreConfig,
  HandlerMapping,
  LocationConfig,
  RecyclingConfig,
} from "./app_config.ts";
export {
  type HandlerMatch,
  handlerMatch,
  type KindOf,
  locationLookup,
  type ResourceKind,
} from "./handler_map.ts";
export { handlerSetting } from "./handler_setting.ts";
export { formatProblem, type Place, type Problem } from "./problem.ts";
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
