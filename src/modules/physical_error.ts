import { HostError } from "../contract/host_error.ts";

/** Words by which the system says that there is no such file, or that there can be none of this name. */
const ABSENT: readonly string[] = [
  "ENOENT",
  "ENOTDIR",
  "ENAMETOOLONG",
  "EINVAL",
  "ELOOP",
  "EILSEQ",
];

/** Tells whether an error of the file system means that there is nothing. */
export function isAbsent(error: unknown): boolean {
  if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
    return true;
  }
  return error instanceof Deno.errors.FilesystemLoop || ABSENT.includes(codeOf(error) ?? "");
}

/**
 * Gives the failure that an error of the file system is; one that is ours already stays.
 *
 * @param path below the application, for whoever runs the host
 */
export function fileError(cause: unknown, path: string): HostError {
  if (cause instanceof HostError) return cause;
  if (cause instanceof Deno.errors.PermissionDenied || cause instanceof Deno.errors.NotCapable) {
    return new HostError("file-unreadable", `Cannot read "${path}": the system denies it`, {
      cause,
    });
  }
  const why = codeOf(cause) ?? (cause instanceof Error ? cause.message : String(cause));
  return new HostError("file-broken", `Cannot read "${path}": ${why}`, { cause });
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
