const UTF8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** Gives what latin1 text says where its bytes are UTF-8. */
export function asText(latin1: string): string {
  const bytes = new Uint8Array(latin1.length);
  for (let i = 0; i < latin1.length; i++) bytes[i] = latin1.charCodeAt(i);
  return UTF8.decode(bytes);
}

/** Decodes `%XX` once; what escapes nothing stays as it is. */
export function unescaped(latin1: string): string {
  return asText(
    latin1.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16))),
  );
}
