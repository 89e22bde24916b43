/**
 * Gives the words of a command that means the same without a shell; nothing where a shell would do more with it than
 * split it at spaces, such as set a variable or run a second command.
 */
export function plainCommand(command: string): readonly string[] | undefined {
  const words = command.trim().split(/ +/);
  return words.every((word) => /^[\w@+=:,./-]+$/.test(word)) ? words : undefined;
}
