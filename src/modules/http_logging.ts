import type { SectionElement, SectionSchema } from "../config/mod.ts";
import { valuesOf } from "../config/section.ts";
import type { Exchange } from "../contract/exchange.ts";
import type { LoggedWhen } from "../contract/exchange_record.ts";
import type { Module } from "../contract/module.ts";
import type { ModuleSource } from "./module_source.ts";
import { PerSection } from "./per_section.ts";

/** `httpLogging`. @see IIS section 10 */
const HTTP_LOGGING = {
  name: "httpLogging",
  doc: "Which requests are written to the access log of `--access-log`.",
  attributes: {
    dontLog: {
      type: "boolean",
      default: false,
      doc: "Whether requests are left out of the access log.",
    },
    selectiveLogging: {
      type: "enum",
      values: ["LogAll", "LogSuccessful", "LogError"],
      default: "LogAll",
      doc:
        "Which requests are in the access log: all, those with a status below 400, or those with 400 and more.",
    },
  },
} as const satisfies SectionSchema;

const LOGGED_WHEN = {
  LogAll: "always",
  LogSuccessful: "success",
  LogError: "error",
} as const satisfies Record<string, LoggedWhen>;

/** Keeps requests out of the access log, for the whole application or a place in it. @see IIS M-LG-0 */
export const httpLogging: ModuleSource = {
  name: "HttpLoggingModule",
  sections: [HTTP_LOGGING],
  compile({ path, sections }, parts) {
    const section = sections[HTTP_LOGGING.name];
    return section && MODULES.at(path, section, parts);
  },
};

const MODULES = new PerSection(compiled);

function compiled(section: SectionElement): Module | undefined {
  const { dontLog, selectiveLogging } = valuesOf(HTTP_LOGGING, section);
  const loggedWhen = dontLog ? "never" : LOGGED_WHEN[selectiveLogging];
  if (loggedWhen === "always") return undefined;
  const mark = ({ record }: Exchange) => {
    if (record) record.loggedWhen = loggedWhen;
  };
  return {
    name: httpLogging.name,
    request: mark,
    // Also what another module has answered before.
    response(x, reply) {
      mark(x);
      return reply;
    },
  };
}
