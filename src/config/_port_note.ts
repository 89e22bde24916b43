/** The variables in which a program may find its port. */
const PORT_NAME = /\b(?:PORT|HTTP_PLATFORM_PORT|ASPNETCORE_PORT|ASPNETCORE_URLS)\b/;

/** Gives what is to be said of a program that does not seem to ask for its port. */
export function portNote(file: string, source: string | undefined): readonly string[] {
  if (source === undefined || PORT_NAME.test(source)) return [];
  return [
    `"${file}" names no variable PORT: unless another file reads it, let it listen on that port of 127.0.0.1, ` +
    "or put %PORT% into arguments",
  ];
}
