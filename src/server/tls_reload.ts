import { dirname } from "node:path";
import type { Clock } from "../contract/clock.ts";
import type { Report } from "../contract/event.ts";
import {
  certificateFiles,
  type CertificateSource,
  loadCertificate,
  type TlsMaterial,
} from "./tls_certificate.ts";

/** How the files are looked at; tests bring their own. */
export interface CertificateFiles {
  /** Says something that differs whenever a file does. */
  signature(): Promise<string>;
  /** @throws {CertificateError} */
  load(): Promise<TlsMaterial>;
  /** Calls back when something happens near the files, perhaps, and perhaps more than once. */
  watch(happened: () => void): Disposable;
}

/** Options of {@linkcode watchCertificate}. */
export interface CertificateWatchOptions {
  /** What is in use. */
  readonly current: TlsMaterial;
  readonly files: CertificateFiles;
  readonly clock: Clock;
  readonly report: Report;
  /** Takes the new certificate. @throws where it cannot be used; the old one stays then */
  readonly changed: (material: TlsMaterial) => void;
}

/** How often the files are looked at, whether or not anything was heard of a change. Milliseconds. */
const POLL_MS = 5_000;
/** How long the files must stay as they are before they are read: two are written one after the other. Milliseconds. */
const SETTLE_MS = 300;

/**
 * Follows the files of a certificate: calls back with a new one when it is complete and valid. A broken one is
 * reported once, and the old one stays. Disposing of it ends the watch.
 */
export function watchCertificate(options: CertificateWatchOptions): Disposable {
  const watch = new Watch(options);
  return { [Symbol.dispose]: () => watch.end() };
}

class Watch {
  readonly #options: CertificateWatchOptions;
  readonly #over = new AbortController();
  readonly #watcher: Disposable;
  #fingerprint: string;
  #nap = new AbortController();
  #wasHeard = false;

  constructor(options: CertificateWatchOptions) {
    this.#options = options;
    this.#fingerprint = options.current.fingerprint;
    this.#watcher = options.files.watch(() => {
      this.#wasHeard = true;
      this.#nap.abort();
    });
    void this.#run();
  }

  end(): void {
    this.#over.abort();
    this.#nap.abort();
    this.#watcher[Symbol.dispose]();
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    let known = await this.#signature();
    while (!this.#over.signal.aborted) {
      await this.#rest();
      const seen = await this.#settled(known);
      if (this.#over.signal.aborted || seen === known) continue;
      known = seen;
      await this.#reload();
    }
  }

  /** Waits until something was heard, or for the next look; a folder where much happens is not looked at all the time. */
  async #rest(): Promise<void> {
    if (!this.#wasHeard) {
      this.#nap = new AbortController();
      await this.#options.clock.sleep(POLL_MS, this.#nap.signal).catch(() => {});
    }
    this.#wasHeard = false;
    await this.#options.clock.sleep(SETTLE_MS, this.#over.signal).catch(() => {});
  }

  /** Gives the signature once it stays the same for a while. */
  async #settled(known: string): Promise<string> {
    let seen = await this.#signature();
    if (seen === known) return seen;
    for (;;) {
      await this.#options.clock.sleep(SETTLE_MS, this.#over.signal).catch(() => {});
      const next = await this.#signature();
      if (next === seen || this.#over.signal.aborted) return next;
      seen = next;
    }
  }

  async #reload(): Promise<void> {
    const { files, changed, report } = this.#options;
    try {
      const material = await files.load();
      if (this.#over.signal.aborted || material.fingerprint === this.#fingerprint) return;
      changed(material);
      this.#fingerprint = material.fingerprint;
      report({
        level: "info",
        name: "certificate-reloaded",
        message: `https uses the new certificate "${material.subject}"`,
        facts: { fingerprint: material.fingerprint, validTo: material.validTo.toISOString() },
      });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const message = `The old certificate stays in use. ${why}`;
      report({ level: "error", name: "certificate-not-reloaded", message });
    }
  }

  #signature(): Promise<string> {
    return this.#options.files.signature().catch(() => "missing");
  }
}

/** Looks at the real files. */
export function certificateFilesOf(source: CertificateSource): CertificateFiles {
  const paths = certificateFiles(source);
  return {
    signature: async () => {
      const facts = await Promise.all(paths.map((path) => Deno.stat(path)));
      return facts.map(({ mtime, size, ino }) => `${mtime?.getTime()} ${size} ${ino}`).join();
    },
    load: () => loadCertificate(source),
    watch: (happened) => watchFolders([...new Set(paths.map((path) => dirname(path)))], happened),
  };
}

/** The folders, not the files: a watched file that is replaced is watched no more. */
function watchFolders(folders: string[], happened: () => void): Disposable {
  let watcher: Deno.FsWatcher | undefined;
  try {
    watcher = Deno.watchFs(folders, { recursive: false });
  } catch {
    // Not on this file system: the regular look finds it.
  }
  void (async () => {
    try {
      for await (const _event of watcher ?? []) happened();
    } catch {
      // As above.
    }
  })();
  return {
    [Symbol.dispose]() {
      try {
        watcher?.close();
      } catch {
        // It has ended by itself.
      }
    },
  };
}
