import { HostError } from "../contract/host_error.ts";
import type { Module } from "../contract/module.ts";
import { normalisePath, splitTarget } from "../http1/target.ts";

/**
 * Refuses requests outside the application: 404.0, and no backend is started for them.
 *
 * @param pathBase `/`, or `/sub` without a slash at its end
 */
export function pathBaseModule(pathBase: string): Module {
  return {
    name: "PathBase",
    request(x) {
      const path = requestPath(x.request.target);
      // The application gets the path as it came, and must find it below its base, too.
      if (pathBelow(pathBase, path) !== undefined && isRawBelow(pathBase, x.request.target)) return;
      throw new HostError(
        "outside-path-base",
        `Cannot serve "${path}": the application is below "${pathBase}"`,
      );
    },
  };
}

/** An escaped slash is none for the application: `/shop%2Fa` is not below `/shop` for it. */
function isRawBelow(pathBase: string, target: string): boolean {
  const depth = pathBase.split("/").length;
  const { path } = splitTarget(target);
  return !path.split("/", depth).some((segment) => /%2f|%5c|\\/i.test(segment));
}

/**
 * Gives the path of a request target for matching; of the asterisk it is `/`.
 *
 * @throws {HostError} `bad-request` when it cannot be decoded
 */
export function requestPath(target: string): string {
  if (target !== lastTarget) {
    lastPath = pathOf(target);
    lastTarget = target;
  }
  return lastPath;
}

/** One module after the other asks for the path of the same request. */
let lastTarget = "/";
let lastPath = "/";

function pathOf(target: string): string {
  if (target === "*") return "/";
  const { path: raw } = splitTarget(target);
  const path = normalisePath(raw);
  if (path !== undefined) return path;
  throw new HostError(
    "bad-request",
    `Cannot take the path "${raw}": give UTF-8, escaped with %XX, without control characters`,
  );
}

/**
 * Gives the part of a path below the application, beginning with a slash. Letter case does not count,
 * as with the application's own `UsePathBase`.
 *
 * @returns undefined for a path outside
 */
export function pathBelow(pathBase: string, path: string): string | undefined {
  if (pathBase === "/") return path;
  const head = path.slice(0, pathBase.length);
  if (head.toLowerCase() !== pathBase.toLowerCase()) return undefined;
  const rest = path.slice(pathBase.length);
  if (rest === "") return "/";
  return rest.startsWith("/") ? rest : undefined;
}
