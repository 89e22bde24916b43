import type { ErrorPage, Handler } from "../../src/contract/module.ts";
import { pipeline } from "../../src/server/pipeline.ts";

/** A pipeline without modules: only what turns a failure into a page. */
export function barePipeline(handler: Handler, page: ErrorPage): Handler {
  const none = { entry: [], rest: [] };
  return pipeline({ stagesAt: () => none, outside: none, handler, page });
}
