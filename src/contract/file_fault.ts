/** Says why the system could not do something with a file, without the path that every such error repeats. */
export function fileFault(error: unknown): string {
  if (error instanceof Deno.errors.PermissionDenied) {
    return "permission denied; the user that runs the host needs the right";
  }
  const message = error instanceof Error ? error.message : String(error);
  const [, why = message] = /^(.*?) \(os error \d+\)/.exec(message) ?? [];
  return why.charAt(0).toLowerCase() + why.slice(1);
}
