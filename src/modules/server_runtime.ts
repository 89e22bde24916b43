import type { SectionElement } from "../config/mod.ts";
import { valuesOf } from "../config/section.ts";
import type { Exchange } from "../contract/exchange.ts";
import { HostError } from "../contract/host_error.ts";
import type { Module } from "../contract/module.ts";
import { limitContent } from "./content_limit.ts";
import type { ModuleSource } from "./module_source.ts";
import { PerSection } from "./per_section.ts";
import { SERVER_RUNTIME } from "./server_runtime_schema.ts";

/**
 * Limits what the application, or a place in it, is given to do. Places that share a section share the count.
 *
 * @see IIS M-SR-1 … M-SR-4
 */
export const serverRuntime: ModuleSource = {
  name: "ServerRuntime",
  sections: [SERVER_RUNTIME],
  compile({ path, sections }, parts) {
    const section = sections[SERVER_RUNTIME.name];
    return section?.place && MODULES.at(path, section, parts);
  },
};

const MODULES = new PerSection(compiled);

function compiled(section: SectionElement): Module | undefined {
  const values = valuesOf(SERVER_RUNTIME, section);
  const { enabled, appConcurrentRequestLimit, maxRequestEntityAllowed } = values;
  const checks: ((x: Exchange) => void)[] = [];
  if (!enabled) checks.push(refuseAll);
  else if (section.settings.appConcurrentRequestLimit?.place) {
    checks.push(concurrencyCheck(appConcurrentRequestLimit));
  }
  if (section.settings.maxRequestEntityAllowed?.place) {
    checks.push(contentCheck(maxRequestEntityAllowed));
  }
  if (checks.length === 0) return undefined;
  return { name: serverRuntime.name, request: (x) => checks.forEach((check) => check(x)) };
}

/** @see IIS M-SR-2 */
function refuseAll(): never {
  throw new HostError("runtime-disabled", 'Cannot serve this: serverRuntime has enabled="false"');
}

/** @see IIS M-SR-1 */
function concurrencyCheck(limit: number): (x: Exchange) => void {
  let underWay = 0;
  return (x) => {
    if (x.parent) return; // is counted already
    if (underWay >= limit) {
      throw new HostError(
        "application-busy",
        `Cannot serve more than ${limit} requests at a time: appConcurrentRequestLimit`,
      );
    }
    underWay++;
    (x.atEnd ??= []).push(() => underWay--);
  };
}

/** @see IIS M-SR-3 */
function contentCheck(limit: number): (x: Exchange) => void {
  const tooLong = (bytes: number | undefined) => {
    const what = bytes === undefined ? "content that goes on" : `content of ${bytes} bytes`;
    return new HostError(
      "entity-too-large",
      `Cannot take ${what}: maxRequestEntityAllowed is ${limit} bytes`,
    );
  };
  return (x) => limitContent(x, limit, tooLong);
}
