import type { FileWatch } from "./file_watch.ts";

/** Options of {@linkcode watchRecycleFiles}. */
export interface RecycleFilesOptions {
  /** Over the application folder. */
  readonly watch: FileWatch;
  /** As `aspNetCore/recycleOnFileChange` names them. */
  readonly files: readonly string[];
  /** Called when one of them has changed, come or gone, and all stay as they are. Must not throw. */
  readonly changed: () => void;
}

/** How long the files must stay as they are: a deployment replaces one after the other. Milliseconds. */
const QUIET_MS = 1_000;

/** Follows the files whose change recycles the application. Disposing of what it gives ends it. */
export function watchRecycleFiles(options: RecycleFilesOptions): Promise<Disposable> {
  const { watch, files, changed } = options;
  if (files.length === 0) return Promise.resolve({ [Symbol.dispose]() {} });
  return watch.follow({ files, settleMs: QUIET_MS, settled: changed });
}
