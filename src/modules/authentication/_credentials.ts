import { Buffer } from "node:buffer";

/** What a client says it is. */
export interface Credentials {
  readonly name: string;
  /** Secret. */
  readonly password: string;
}

const BASIC = /^Basic +([A-Za-z0-9+/\-_]+={0,2}) *$/i;

/** Gives the encoded part of a field that begins with `Basic`, or `malformed`; undefined for other schemes. */
export function basicToken(authorization: string): string | "malformed" | undefined {
  const [, token] = BASIC.exec(authorization) ?? [];
  if (token !== undefined) return token;
  return /^Basic(?:\s|$)/i.test(authorization) ? "malformed" : undefined;
}

/**
 * Decodes credentials, which are UTF-8, or latin1 where they are not.
 *
 * @returns undefined for what has no colon, or a control character
 * @see RFC 7617 §2
 */
export function decodeCredentials(token: string): Credentials | undefined {
  const text = decoded(Buffer.from(token, "base64"));
  const colon = text.indexOf(":");
  // deno-lint-ignore no-control-regex -- finding control characters is its purpose
  if (colon < 0 || /[\u0000-\u001f\u007f]/.test(text)) return undefined;
  return { name: text.slice(0, colon), password: text.slice(colon + 1) };
}

const UTF_8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decoded(bytes: Buffer): string {
  try {
    return UTF_8.decode(bytes);
  } catch {
    return bytes.toString("latin1");
  }
}
