import type { AppConfig } from "../config/mod.ts";
import type { Target } from "../contract/directory.ts";
import type { Report } from "../contract/event.ts";
import { warmUp } from "../gateway/warm_up.ts";
import { initializationPages } from "../modules/application_initialization.ts";

/**
 * Makes what asks a new process of the backend for the pages of `applicationInitialization`, and tells what came of it.
 *
 * @param pathBase `/`, or `/sub` without a slash at its end
 * @see IIS M-AI-1
 */
export function warming(
  pathBase: string,
  report: Report,
): (config: AppConfig, target: Target, signal: AbortSignal) => Promise<void> {
  return async (config, target, signal) => {
    const pages = initializationPages(config, pathBase);
    if (pages.length === 0) return;
    const statuses = await warmUp(target, pages, signal);
    const answers = pages.map(({ target }, i) => `${target} ${statuses[i] ?? "no answer"}`);
    const isWhole = statuses.every((status) => status !== undefined && status < 500);
    report({
      level: isWhole ? "info" : "warning",
      name: "backend-warmed-up",
      message: `The backend was asked for its initialization pages: ${answers.join(", ")}`,
    });
  };
}
