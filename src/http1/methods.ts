import { latin1 } from "./latin1.ts";

const KNOWN = ["GET", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "PATCH"];

/** Tells whether the bytes are this ASCII text, case and all. */
export function isText(bytes: Uint8Array, from: number, to: number, text: string): boolean {
  if (to - from !== text.length) return false;
  for (let i = 0; i < text.length; i++) {
    if (bytes[from + i] !== text.charCodeAt(i)) return false;
  }
  return true;
}

/** Gives a method as text; no string is made for the usual ones. */
export function methodText(bytes: Uint8Array, from: number, to: number): string {
  for (const method of KNOWN) {
    if (isText(bytes, from, to, method)) return method;
  }
  return latin1(bytes, from, to);
}
