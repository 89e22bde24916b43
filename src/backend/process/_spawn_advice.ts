/**
 * Says in the words of whoever has to mend it why the system does not run a program.
 * Its own text is not passed on where it is unforeseen: it may name what it was given.
 */
export function spawnAdvice(error: unknown): string {
  const text = error instanceof Error ? error.message : "";
  if (error instanceof Deno.errors.PermissionDenied) {
    return "the system denies it; run chmod +x on it, and see that its folder may be entered and is not mounted noexec";
  }
  if (error instanceof Deno.errors.NotFound) {
    return text.includes("No such cwd")
      ? "its working folder is gone"
      : "it, or the interpreter that its first line names, does not exist";
  }
  const osError = /os error \d+/.exec(text)?.[0];
  return `the system refuses it${osError === undefined ? "" : ` (${osError})`}`;
}
