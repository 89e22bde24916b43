import type { CollectionSchema, SectionSchema, Support } from "../../config/mod.ts";

const IN_MEMORY: Support = {
  level: "ignored",
  note: "compressed files are kept in memory, 16 MiB in all, and not on disk",
};
const NO_CPU_WATCH: Support = {
  level: "ignored",
  note: "instead, answers pass uncompressed while 256 others are being compressed",
};
const AT_ONCE: Support = {
  level: "ignored",
  note: "what the backend has sent is passed on as soon as it pauses",
};

const percent = (of: string, value: number) =>
  ({
    type: "uint",
    unit: "percent",
    default: value,
    max: 100,
    support: NO_CPU_WATCH,
    doc: `The load of the processor at which ${of}.`,
  }) as const;

const level = (of: string, value: number) =>
  ({
    type: "uint",
    default: value,
    max: 10,
    doc: `How hard ${of} is compressed: 0 is fastest, 10 smallest.`,
  }) as const;

const mimeTypes = (
  of: string,
  assumed: NonNullable<CollectionSchema["assumed"]>,
) =>
  ({
    doc: `The types of ${of} that are compressed. The most exact entry decides: the type itself, ` +
      "then `text/*`, then `*/*`. `application/json` is not among the built-in ones.",
    collection: {
      add: "add",
      remove: "remove",
      clear: "clear",
      key: ["mimeType"],
      duplicates: "error",
      position: "append",
      assumed,
      item: {
        doc: "One type. One of the name of a built-in one takes its place.",
        attributes: {
          mimeType: {
            type: "string",
            required: true,
            nonEmpty: true,
            doc: "Such as `text/html`, `text/*` or `*/*`. With parameters " +
              "(`text/html; charset=utf-8`) it fits only answers that spell the same.",
          },
          enabled: {
            type: "boolean",
            required: true,
            doc: "Whether it is compressed.",
          },
        },
      },
    },
  }) as const;

/** Compressed by default, from the backend or from files. @see IIS M-CO-1 */
const COMMON_TYPES = [
  { mimeType: "text/*", enabled: "true" },
  { mimeType: "message/*", enabled: "true" },
  { mimeType: "application/javascript", enabled: "true" },
  { mimeType: "application/x-javascript", enabled: "true" },
  { mimeType: "*/*", enabled: "false" },
];

/** `urlCompression`. @see IIS M-CO-8 */
export const URL_COMPRESSION = {
  name: "urlCompression",
  doc: "Whether answers are compressed. Those of the backend are, only where this section or " +
    "`httpCompression` is named in web.config: the application may do it itself, and where an " +
    "answer holds a secret beside what the client sent (BREACH) none should. Files that the host " +
    "itself serves are compressed unless this says otherwise.",
  attributes: {
    doStaticCompression: {
      type: "boolean",
      default: true,
      doc: "Whether files that the host itself serves are compressed.",
    },
    doDynamicCompression: {
      type: "boolean",
      default: true,
      doc: "Whether everything else is, the answers of the backend above all.",
    },
    dynamicCompressionBeforeCache: {
      type: "boolean",
      default: false,
      support: { level: "ignored", note: "the host has no output cache" },
      doc: "Whether it is done before answers are cached.",
    },
  },
} as const satisfies SectionSchema;

/** `httpCompression`. @see IIS M-CO-1 … M-CO-7 */
export const HTTP_COMPRESSION = {
  name: "httpCompression",
  doc:
    "How answers are compressed, and which. A client gets what it likes best of what it takes; " +
    "among equals a file goes as `br`, then `zstd`, then `gzip`, the backend's answers as `zstd`, " +
    "which costs least, then `br`, then `gzip`. Never compressed: what is encoded already, parts " +
    "of a content, answers with `Cache-Control: no-transform`, the backend's answers of less than 256 bytes.",
  attributes: {
    minFileSizeForComp: {
      type: "uint",
      unit: "bytes",
      default: 2_700,
      doc: "Files that are smaller are not compressed.",
    },
    noCompressionForHttp10: {
      type: "boolean",
      default: true,
      doc: "Whether clients that speak HTTP/1.0 get everything uncompressed.",
    },
    noCompressionForProxies: {
      type: "boolean",
      default: true,
      doc:
        "Whether requests with a `Via` field get everything uncompressed. Write `false` behind a " +
        "proxy that sends one.",
    },
    noCompressionForRange: {
      type: "boolean",
      default: true,
      doc: "Whether requests with a `Range` field get everything uncompressed.",
    },
    sendCacheHeaders: {
      type: "boolean",
      default: false,
      support: {
        level: "never",
        note: "use staticContent/clientCache, or let the application say how long its answers last",
      },
      doc: "Whether compressed answers get `cacheControlHeader` and `expiresHeader`.",
    },
    cacheControlHeader: {
      type: "string",
      default: "max-age=86400",
      support: { level: "ignored", note: "it acts only with `sendCacheHeaders`" },
      doc: "`Cache-Control` of compressed answers.",
    },
    expiresHeader: {
      type: "string",
      default: "Wed, 01 Jan 1997 12:00:00 GMT",
      support: { level: "ignored", note: "it acts only with `sendCacheHeaders`" },
      doc: "`Expires` of compressed answers.",
    },
    directory: {
      type: "string",
      default: "%SystemDrive%\\inetpub\\temp\\IIS Temporary Compressed Files",
      support: IN_MEMORY,
      doc: "Where compressed files are kept.",
    },
    doDiskSpaceLimiting: {
      type: "boolean",
      default: true,
      support: IN_MEMORY,
      doc: "Whether that place is limited.",
    },
    maxDiskSpaceUsage: {
      type: "uint",
      unit: "MB",
      default: 100,
      support: IN_MEMORY,
      doc: "Its limit.",
    },
    staticCompressionIgnoreHitFrequency: {
      type: "boolean",
      default: false,
      support: { level: "ignored", note: "a file is compressed the first time it is asked for" },
      doc: "Whether files that are rarely asked for are compressed, too.",
    },
    staticCompressionDisableCpuUsage: percent("files are no longer compressed", 100),
    staticCompressionEnableCpuUsage: percent("they are again", 50),
    dynamicCompressionDisableCpuUsage: percent("other answers are no longer compressed", 90),
    dynamicCompressionEnableCpuUsage: percent("they are again", 50),
    dynamicCompressionBufferLimit: {
      type: "uint",
      unit: "bytes",
      default: 65_536,
      support: AT_ONCE,
      doc: "How much of an answer is held back.",
    },
  },
  collection: {
    add: "scheme",
    remove: "remove",
    clear: "clear",
    key: ["name"],
    duplicates: "error",
    position: "append",
    assumed: [{ name: "br" }, { name: "zstd" }, { name: "gzip" }],
    item: {
      doc: "One way of compressing. All that the host has are there; a `scheme` of the same name " +
        "sets its levels, `<remove/>` takes it away.",
      attributes: {
        name: {
          type: "string",
          required: true,
          nonEmpty: true,
          doc: "`br`, `zstd` or `gzip`.",
        },
        dll: {
          type: "string",
          default: "",
          support: { level: "ignored", note: "the host compresses by itself" },
          doc: "The library that does it.",
        },
        doStaticCompression: {
          type: "boolean",
          default: true,
          doc: "Whether it is used for files.",
        },
        doDynamicCompression: {
          type: "boolean",
          default: true,
          doc: "Whether it is used for other answers.",
        },
        staticCompressionLevel: level("a file", 7),
        dynamicCompressionLevel: level("another answer", 0),
      },
    },
  },
  children: {
    staticTypes: mimeTypes("files that the host itself serves", [
      ...COMMON_TYPES,
      { mimeType: "application/atom+xml", enabled: "true" },
      { mimeType: "application/xaml+xml", enabled: "true" },
      { mimeType: "image/svg+xml", enabled: "true" },
    ]),
    dynamicTypes: mimeTypes("other answers", [
      ...COMMON_TYPES,
      { mimeType: "text/event-stream", enabled: "false" },
    ]),
  },
} as const satisfies SectionSchema;
