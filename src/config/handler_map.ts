import type { AppConfig, HandlerMapping } from "./app_config.ts";
import { isAspNetCore } from "./handlers.ts";
import { handlerPathTest, type PathTest } from "./_handler_path.ts";

/** What lies at a path of the application folder; undefined for nothing. */
export type ResourceKind = "File" | "Directory" | undefined;

/** Looks what lies at a normalised path such as `/images/logo.png`. */
export type KindOf = (path: string) => ResourceKind | Promise<ResourceKind>;

/**
 * Finds the handler of a request; undefined where none fits (404.4).
 *
 * @param path normalised, without the path base and the query, beginning with a slash
 * @param method compared with its case
 * @returns a promise only where a handler asks for a file and `kindOf` gives one
 */
export type HandlerMatch = (
  path: string,
  method: string,
) => HandlerMapping | undefined | Promise<HandlerMapping | undefined>;

/** A handler with what decides on it compiled. */
interface Candidate {
  readonly mapping: HandlerMapping;
  readonly fitsPath: PathTest;
  readonly fitsMethod: (method: string) => boolean;
}

/**
 * Makes the function that finds a request's handler: in the deepest location that holds the path,
 * the first whose path, verb and resource type fit. Slashes that repeat count as one.
 *
 * @see ANCM H-2, H-3, H-4, IIS M-HD-1
 */
export function handlerMatch(config: Pick<AppConfig, "locations">, kindOf: KindOf): HandlerMatch {
  const candidatesAt = locationLookup(
    config.locations.map(({ path, handlers }) => [path, handlers.map(compile)]),
  );
  return (path, method) => firstFit(candidatesAt(path), path, method, kindOf);
}

/**
 * Makes the look-up of what belongs to the deepest location that holds a path; the application itself where
 * none does.
 *
 * Slashes that repeat count as one: applications find the same file behind them.
 *
 * @param places the application first, as {@linkcode AppConfig.locations} has them
 * @returns takes a path that is normalised, without the path base, beginning with a slash
 * @see IIS M-CF-2
 */
export function locationLookup<T>(
  places: readonly (readonly [path: string, value: T])[],
): (path: string) => T | undefined {
  const byPath = new Map(places.map(([path, value]) => [path.toLowerCase(), value]));
  const root = byPath.get("");
  if (byPath.size <= 1) return () => root;
  const longest = Math.max(0, ...Array.from(byPath.keys(), (path) => path.length));
  return (path) => {
    const inside = withSingleSlashes(path).toLowerCase().slice(1);
    for (let end = inside.length; end > 0; end = inside.lastIndexOf("/", end - 1)) {
      const found = end <= longest ? byPath.get(inside.slice(0, end)) : undefined;
      if (found !== undefined) return found;
    }
    return root;
  };
}

function withSingleSlashes(path: string): string {
  return path.includes("//") ? path.replace(/\/{2,}/g, "/") : path;
}

function compile(mapping: HandlerMapping): Candidate {
  const verbs = new Set(mapping.verb.split(",").map((verb) => verb.trim()));
  return {
    mapping,
    fitsPath: handlerPathTest(mapping.path),
    fitsMethod: verbs.has("*") ? () => true : (method) => verbs.has(method),
  };
}

function firstFit(
  candidates: readonly Candidate[] = [],
  path: string,
  method: string,
  kindOf: KindOf,
): ReturnType<HandlerMatch> {
  const single = withSingleSlashes(path);
  let missing: HandlerMapping | undefined;
  for (const { mapping, fitsPath, fitsMethod } of candidates) {
    if (!fitsMethod(method) || !fitsPath(single)) continue;
    if (mapping.resourceType === "Unspecified") return mapping;
    const kind = kindOf(path);
    if (kind instanceof Promise) {
      return kind.then((known) => firstFit(candidates, path, method, () => known));
    }
    if (fitsKind(mapping, kind)) return mapping;
    // Who would serve the file says that there is none (404.0): M-HD-6.
    if (kind === undefined && !isAspNetCore(mapping)) missing ??= mapping;
  }
  return missing;
}

function fitsKind({ resourceType }: HandlerMapping, kind: ResourceKind): boolean {
  return kind !== undefined && (resourceType === "Either" || resourceType === kind);
}
