import type { Clock } from "../../contract/clock.ts";
import { findNamed, type FolderView, systemView } from "../watch/_folder_view.ts";
import type { CopiedConfig } from "./_shadow_copy_folders.ts";
import { isShadowCopied } from "./shadow_copy.ts";

/** Options of {@linkcode watchAssemblies}. */
export interface AssemblyWatchOptions {
  readonly config: CopiedConfig;
  readonly clock: Clock;
  /** Called when assemblies have come, gone or changed and then stayed as they are for `quietMs`. Never throws. */
  readonly changed: () => void;
  /** Milliseconds. @default 5000 */
  readonly quietMs?: number;
  /** @default the real file system */
  readonly view?: FolderView;
}

/** So often the folder is looked at: works on every mount, and nothing is in a hurry. Milliseconds. */
const POLL_MS = 1000;
const QUIET_MS = 5000;

/**
 * Follows the `*.dll` directly in an application folder from whose copy the application runs; any other is not looked at.
 * Resolves once they were looked at: later changes are told. While the folder cannot be read nothing has changed.
 * Disposing of what it gives ends it.
 *
 * @see ANCM C-47
 */
export async function watchAssemblies(options: AssemblyWatchOptions): Promise<Disposable> {
  const over = new AbortController();
  const end = { [Symbol.dispose]: () => over.abort() };
  if (!isShadowCopied(options.config.aspNetCore)) return end;
  const known = await signOf(options);
  follow(options, known, over.signal).catch(() => {}); // ends when it is disposed of
  return end;
}

async function follow(
  options: AssemblyWatchOptions,
  known: string | undefined,
  signal: AbortSignal,
): Promise<never> {
  const { clock, changed, quietMs = QUIET_MS } = options;
  let told = known;
  let seen = known;
  let seenAt = clock.now();
  for (;;) {
    await clock.sleep(POLL_MS, signal);
    const sign = await signOf(options) ?? seen;
    signal.throwIfAborted();
    if (sign !== seen) {
      seen = sign;
      seenAt = clock.now();
      told ??= sign;
    } else if (seen !== told && clock.now() - seenAt >= quietMs) {
      told = seen;
      changed();
    }
  }
}

/** Gives another text whenever an assembly is another; nothing where that cannot be told. */
async function signOf({ config: { root }, view = systemView }: AssemblyWatchOptions) {
  const names = await view.names(root).catch(() => undefined);
  const own = names?.filter((name) => /\.dll$/i.test(name)).sort();
  const found = own && await Promise.all(own.map((name) => findNamed(view, root, name, [name])));
  return found?.flat().map(({ sign }) => sign).join("\n");
}
