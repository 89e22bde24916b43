import type { SectionElement, Setting } from "../../config/mod.ts";
import { valuesOf } from "../../config/section.ts";
import type { FieldLine } from "../../http1/mod.ts";
import { refuse } from "../_problems.ts";
import type { CompileParts } from "../module_source.ts";
import { PerSection } from "../per_section.ts";
import { httpDateSeconds } from "./http_date.ts";
import { STATIC_CONTENT } from "./static_content_schema.ts";

/** How files of one place are served. */
export interface StaticContent {
  /** Gives the `Content-Type` of a file by its path; undefined where it is not to be served. */
  typeOf(path: string): string | undefined;
  /** Those that speak of keeping the file. */
  readonly cacheFields: readonly FieldLine[];
  readonly hasEtag: boolean;
}

/** Makes a section's settings once, though many places inherit it. */
export const staticContents: PerSection<StaticContent> = new PerSection((section, parts) => ({
  typeOf: typesOf(section, parts),
  cacheFields: cacheFields(section, parts),
  hasEtag: section.children.clientCache?.settings.setEtag?.value !== false,
}));

const MEDIA_TYPE = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(?:;[\x20-\x7e]*)?$/;

function typesOf({ items }: SectionElement, parts: CompileParts): StaticContent["typeOf"] {
  const types = new Map<string, string>();
  for (const item of items) {
    const { fileExtension, mimeType } = valuesOf(STATIC_CONTENT.collection.item, item);
    if (fileExtension === undefined || mimeType === undefined) continue;
    if (item.place && !MEDIA_TYPE.test(mimeType)) {
      const what = `${JSON.stringify(mimeType)} is no media type`;
      refuse(
        parts,
        placeOf(item, item.settings.mimeType),
        `Invalid "mimeType": ${what}; write one such as "image/png"`,
      );
    }
    types.set(fileExtension.toLowerCase(), mimeType);
  }
  const otherwise = types.get("*") ?? types.get(".*");
  return (path) => {
    const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
    for (let dot = name.indexOf("."); dot >= 0; dot = name.indexOf(".", dot + 1)) {
      const type = types.get(name.slice(dot));
      if (type !== undefined) return type;
    }
    return (name.includes(".") ? undefined : types.get(".")) ?? otherwise;
  };
}

function cacheFields({ children }: SectionElement, parts: CompileParts): FieldLine[] {
  const element = children.clientCache;
  if (!element) return [];
  const values = valuesOf(STATIC_CONTENT.children.clientCache, element);
  const { cacheControlMode, cacheControlMaxAge, cacheControlCustom, httpExpires } = values;
  const { settings } = element;
  if (!/^[\x20-\x7e]*$/.test(cacheControlCustom)) {
    const what = "it holds what no field can";
    refuse(
      parts,
      placeOf(element, settings.cacheControlCustom),
      `Invalid "cacheControlCustom": ${what}; write ASCII text`,
    );
  }
  if (cacheControlMode === "UseExpires" && httpDateSeconds(httpExpires) === undefined) {
    const what = `${JSON.stringify(httpExpires)} is no date`;
    const right = 'write one such as "Tue, 19 Jan 2038 03:14:07 GMT"';
    refuse(
      parts,
      placeOf(element, settings.httpExpires),
      `Invalid "httpExpires": ${what}; ${right}`,
    );
  }
  const own = {
    NoControl: "",
    DisableCache: "no-cache",
    UseMaxAge: `max-age=${cacheControlMaxAge / 1000}`,
    UseExpires: "",
  }[cacheControlMode];
  const control = [own, cacheControlCustom.trim()].filter((part) => part !== "").join(",");
  const lines: FieldLine[] = control === "" ? [] : [["Cache-Control", control]];
  if (cacheControlMode === "UseExpires") lines.push(["Expires", httpExpires]);
  return lines;
}

function placeOf(element: SectionElement, setting: Setting | undefined) {
  return setting?.place ?? element.place;
}
