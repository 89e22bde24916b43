import type { SectionSchema, Support } from "../config/mod.ts";
import { warn } from "./_problems.ts";
import type { ModuleSource } from "./module_source.ts";

const NO_CACHE: Support = { level: "ignored", note: "the host has no output cache" };
const POLICIES = [
  "DontCache",
  "CacheUntilChange",
  "CacheForTimePeriod",
  "DisableCache",
];

/** `caching`. @see IIS M-OC-1 */
export const CACHING = {
  name: "caching",
  doc: "The output cache. Not available on this host: use output caching of the application " +
    "(`AddOutputCache`), or a cache in front.",
  attributes: {
    enabled: {
      type: "boolean",
      default: true,
      support: NO_CACHE,
      doc: "Whether answers are cached.",
    },
    enableKernelCache: {
      type: "boolean",
      default: true,
      support: NO_CACHE,
      doc: "Whether they are cached in the kernel, too.",
    },
    maxCacheSize: {
      type: "uint",
      unit: "MB",
      default: 0,
      support: NO_CACHE,
      doc: "The limit of the cache.",
    },
    maxResponseSize: {
      type: "uint",
      unit: "bytes",
      default: 262_144,
      support: NO_CACHE,
      doc: "The largest answer that is cached.",
    },
  },
  children: {
    profiles: {
      doc: "What is cached.",
      support: NO_CACHE,
      collection: {
        add: "add",
        remove: "remove",
        clear: "clear",
        key: ["extension"],
        duplicates: "error",
        position: "append",
        item: {
          doc: "One kind of URL.",
          attributes: {
            extension: { type: "string", required: true, nonEmpty: true, doc: "Such as `.html`." },
            policy: {
              type: "enum",
              values: POLICIES,
              default: "DontCache",
              doc: "When it is cached.",
            },
            kernelCachePolicy: {
              type: "enum",
              values: POLICIES,
              default: "DontCache",
              doc: "When it is cached in the kernel.",
            },
            duration: {
              type: "timeSpan",
              default: 30_000,
              maxMs: 4_294_967_295_000,
              doc: "For how long.",
            },
            location: {
              type: "enum",
              values: ["Any", "Client", "Downstream", "None", "Server", "ServerAndClient"],
              default: "Server",
              doc: "Where.",
            },
            varyByHeaders: { type: "string", default: "", doc: "What an answer depends on." },
            varyByQueryString: { type: "string", default: "", doc: "What an answer depends on." },
          },
        },
      },
    },
  },
} as const satisfies SectionSchema;

/**
 * Says that nothing is cached, where somebody counts on it.
 *
 * @see IIS M-OC-1
 */
export const outputCache: ModuleSource = {
  name: "HttpCacheModule",
  sections: [CACHING],
  compile({ sections }, parts) {
    const section = sections[CACHING.name];
    if (!section || section.settings.enabled?.value === false) return undefined;
    const profile = section.children.profiles?.items.find(({ settings }) =>
      [settings.policy, settings.kernelCachePolicy].some((policy) =>
        String(policy?.value).startsWith("Cache")
      )
    );
    if (profile) {
      const right = "let the application cache, or a cache in front of the host";
      warn(parts, profile.place, `The section caching has no effect: nothing is cached; ${right}`);
    }
    return undefined;
  },
};
