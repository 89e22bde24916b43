import { type AppConfig, confinedMessage, type Problem } from "../config/mod.ts";
import { HostError } from "../contract/host_error.ts";
import type { Module } from "../contract/module.ts";

/**
 * The places whose own file is wrong: their requests get 500.19, and the rest of the application is served.
 *
 * @see IIS M-CF-24
 */
export class BrokenPlaces {
  readonly #folders = new Map<string, string>();
  readonly #paths = new Set<string>();

  /** Knows at first those that reading has found. */
  constructor({ files, locations }: Pick<AppConfig, "files" | "locations">) {
    for (const { file, path } of files) if (path !== "") this.#folders.set(file, path);
    for (const { path, isBroken } of locations) if (isBroken) this.#paths.add(path.toLowerCase());
  }

  /** Takes a problem; a mistake in the file of a sub-folder breaks that folder only. */
  confined(problem: Problem): Problem {
    const path = this.#folders.get(problem.file);
    if (path === undefined || problem.severity !== "error") return problem;
    this.#paths.add(path.toLowerCase());
    return { ...problem, severity: "warning", message: confinedMessage(path, problem.message) };
  }

  /** Tells whether a place or one above it is broken. */
  has(path: string): boolean {
    const inside = path.toLowerCase();
    for (const one of this.#paths) if (inside === one || inside.startsWith(`${one}/`)) return true;
    return false;
  }
}

/** What stands in the place of every module there. */
export const BROKEN_PLACE: Module = {
  name: "ConfigurationModule",
  request(x) {
    throw new HostError(
      "configuration-invalid",
      // Without the query, which may hold secrets.
      `Cannot use the web.config for "${x.request.target.split("?", 1)[0]}"`,
    );
  },
};
