import type { SectionSchema, Support } from "../config/mod.ts";

const NOT_NEEDED: Support = { level: "ignored", note: "the host has nothing of the kind" };

/** `serverRuntime`. @see IIS section 10 */
export const SERVER_RUNTIME = {
  name: "serverRuntime",
  doc: "Limits of the whole application or of a place in it.",
  attributes: {
    enabled: {
      type: "boolean",
      default: true,
      doc: "Whether requests are served at all; else 503.",
    },
    appConcurrentRequestLimit: {
      type: "uint",
      default: 5000,
      min: 1,
      unit: "requests",
      support: { level: "partial", note: "acts only where web.config writes it" },
      doc:
        "How many requests may be under way at a time, open WebSockets included; one more gets 503.2.",
    },
    maxRequestEntityAllowed: {
      type: "uint",
      default: 4_294_967_295,
      unit: "bytes",
      doc: "Longer content is refused with 413.0.",
    },
    uploadReadAheadSize: {
      type: "uint",
      default: 49_152,
      max: 2_147_483_647,
      unit: "bytes",
      support: NOT_NEEDED,
      doc: "How much content is read ahead for modules.",
    },
    alternateHostName: {
      type: "string",
      default: "",
      support: NOT_NEEDED,
      doc: "The host name in redirects that the server itself makes.",
    },
    enableNagling: {
      type: "boolean",
      default: false,
      support: NOT_NEEDED,
      doc: "Whether small packets are held back.",
    },
    frequentHitThreshold: {
      type: "uint",
      default: 2,
      min: 1,
      support: NOT_NEEDED,
      doc: "How often a file is asked for before it is cached.",
    },
    frequentHitTimePeriod: {
      type: "timeSpan",
      default: 10_000,
      maxMs: 86_400_000,
      support: NOT_NEEDED,
      doc: "The time within which that counts.",
    },
    authenticatedUserOverride: {
      type: "enum",
      values: ["UseAuthenticatedUser", "UseWorkerProcessUser"],
      default: "UseAuthenticatedUser",
      support: NOT_NEEDED,
      doc: "Whose account modules act for.",
    },
  },
} as const satisfies SectionSchema;
