import type { HandlerMapping, LocationConfig, SectionElement } from "../../config/mod.ts";
import { valuesOf } from "../../config/section.ts";
import type { Exchange } from "../../contract/exchange.ts";
import type { Module } from "../../contract/module.ts";
import { quoted } from "../../config/problem.ts";
import { warn } from "../_problems.ts";
import type { CompileParts, ModuleSource } from "../module_source.ts";
import type { Coding } from "./_accept_encoding.ts";
import { AnswerCompression } from "./_answer_compression.ts";
import type { Compression } from "./_encoder.ts";
import { widenedCondition } from "./_fields.ts";
import { MimeTypes } from "./_mime_types.ts";
import { HTTP_COMPRESSION, URL_COMPRESSION } from "./schema.ts";

/** A file is compressed once and sent often: what is smallest first. @see IIS M-CO-3 */
const FOR_FILES: readonly Coding[] = ["br", "zstd", "gzip"];
/** Other answers are compressed each for itself: what costs least for the same size first. */
const FOR_ANSWERS: readonly Coding[] = ["zstd", "br", "gzip"];

/** Below this, what compression adds is more than it saves. Bytes. */
const MIN_ANSWER_BYTES = 256;

const SECTIONS = [URL_COMPRESSION, HTTP_COMPRESSION];

/**
 * Compresses the files that the host itself serves. On unless web.config says otherwise.
 *
 * @see IIS M-CO-1 … M-CO-8
 */
export const staticCompression: ModuleSource = {
  name: "StaticCompressionModule",
  sections: SECTIONS,
  compile(location, parts) {
    const { url, http } = sectionsOf(location);
    if (!url || !http || !servesFiles(location.handlers)) return undefined;
    if (url.settings.doStaticCompression?.value === false) return undefined;
    const rules = {
      isForFiles: true,
      types: http.children.staticTypes,
      minBytes: valuesOf(HTTP_COMPRESSION, http).minFileSizeForComp,
      compressions: compressions(http, FOR_FILES, parts),
    };
    const compression = answerCompression(http, rules);
    return compression && moduleOf(this.name, compression);
  },
};

/**
 * Compresses all other answers, where `urlCompression` or `httpCompression` is named.
 *
 * @see IIS M-CO-1 … M-CO-8
 */
export const dynamicCompression: ModuleSource = {
  name: "DynamicCompressionModule",
  sections: SECTIONS,
  compile(location, parts) {
    const { url, http } = sectionsOf(location);
    if (!url || !http || (!url.place && !http.place)) return undefined;
    if (url.settings.doDynamicCompression?.value === false) return undefined;
    const rules = {
      isForFiles: false,
      types: http.children.dynamicTypes,
      minBytes: MIN_ANSWER_BYTES,
      compressions: compressions(http, FOR_ANSWERS, parts),
    };
    const compression = answerCompression(http, rules);
    return compression && { ...moduleOf(this.name, compression), request: widenCondition };
  },
};

function sectionsOf({ sections }: LocationConfig) {
  return { url: sections[URL_COMPRESSION.name], http: sections[HTTP_COMPRESSION.name] };
}

function answerCompression(
  http: SectionElement,
  { isForFiles, types, minBytes, compressions }: {
    readonly isForFiles: boolean;
    readonly types: SectionElement | undefined;
    readonly minBytes: number;
    readonly compressions: readonly Compression[];
  },
): AnswerCompression | undefined {
  if (compressions.length === 0) return undefined;
  const values = valuesOf(HTTP_COMPRESSION, http);
  return new AnswerCompression({
    isForFiles,
    types: new MimeTypes(types?.items ?? []),
    minBytes,
    compressions,
    notForHttp10: values.noCompressionForHttp10,
    notForProxies: values.noCompressionForProxies,
    notForRange: values.noCompressionForRange,
  });
}

function moduleOf(name: string, compression: AnswerCompression): Module {
  return { name, response: (x, reply) => compression.response(x, reply) };
}

/** Gives the schemes that are on, in the host's order. */
function compressions(
  http: SectionElement,
  order: readonly Coding[],
  parts: CompileParts,
): Compression[] {
  const found = new Map<string, Compression>();
  for (const item of http.items) {
    const values = valuesOf(HTTP_COMPRESSION.collection.item, item);
    const coding = order.find((coding) => coding === values.name.toLowerCase());
    if (!coding) {
      const known = 'the host compresses as "br", "zstd" and "gzip"';
      warn(parts, item.place, `The scheme ${quoted(values.name)} has no effect; ${known}`);
      continue;
    }
    const isForFiles = order === FOR_FILES;
    const isOn = isForFiles ? values.doStaticCompression : values.doDynamicCompression;
    const level = isForFiles ? values.staticCompressionLevel : values.dynamicCompressionLevel;
    if (isOn) found.set(coding, { coding, level });
  }
  return order.flatMap((coding) => found.get(coding) ?? []);
}

/** Whether a request may come to a handler of files at all, before one that takes every request. */
function servesFiles(handlers: readonly HandlerMapping[]): boolean {
  for (const { modules, path, verb, resourceType } of handlers) {
    if (modules.some((name) => name.toLowerCase() === "staticfilemodule")) return true;
    if (path === "*" && verb === "*" && resourceType === "Unspecified") return false;
  }
  return false;
}

/** What the backend is asked about a tag that was made weak here. */
function widenCondition(x: Exchange): void {
  const { method, fields } = x.request;
  if (!fields.has("If-None-Match") || (method !== "GET" && method !== "HEAD")) return;
  const widened = widenedCondition(fields.getAll("If-None-Match").join(", "));
  if (widened === undefined) return;
  x.request = { ...x.request, fields: fields.with("If-None-Match", widened) };
}
