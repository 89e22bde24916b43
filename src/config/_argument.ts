/** Quotes one argument as Windows programs read it. @see ANCM C-55 */
export function asArgument(text: string): string {
  return /[\s"]/.test(text) ? `"${text.replaceAll('"', '\\"')}"` : text;
}
