/** How often a new file is begun, whatever its size. */
export type Rotation = "daily" | "hourly" | "none";

/** Names the period that a moment lies in, in UTC; empty where there are no periods. */
export function periodOf(date: Date, rotation: Rotation): string {
  const text = date.toISOString().replace(/\D/g, "");
  return rotation === "none" ? "" : text.slice(2, rotation === "daily" ? 8 : 10);
}

/**
 * Gives the name of a file as IIS writes it: `u_ex250131.log`, hourly `u_ex25013112.log`, by size only
 * `u_extend1.log`. A second file of one period, which IIS does not have, is `u_ex250131_2.log`.
 *
 * @param number from 1
 * @param hasCustom whether there are fields that IIS has none of
 * @see IIS section 11.4
 */
export function iisName(period: string, number: number, hasCustom: boolean): string {
  const custom = hasCustom ? "_x" : "";
  if (period === "") return `u_extend${number}${custom}.log`;
  return `u_ex${period}${custom}${number === 1 ? "" : `_${number}`}.log`;
}

/** The names that {@linkcode iisName} gives. */
export const IIS_NAME = /^u_ex(?:tend\d+(?:_x)?|(?:\d{6}|\d{8})(?:_x)?(?:_\d+)?)\.log$/;

/**
 * Gives the name that a file gets when the next takes its place: `access.log` becomes
 * `access.20250131T120000Z.log`, UTC.
 *
 * @param number from 1
 */
export function rotatedName(name: string, date: Date, number: number): string {
  const [stem, ending] = parts(name);
  const time = date.toISOString().replace(/\.\d+Z$/, "Z").replace(/[-:]/g, "");
  return `${stem}.${time}${number === 1 ? "" : `_${number}`}${ending}`;
}

/** Tells whether a file has a name that {@linkcode rotatedName} gave. */
export function isRotatedName(name: string, candidate: string): boolean {
  const [stem, ending] = parts(name);
  if (!candidate.startsWith(`${stem}.`) || !candidate.endsWith(ending)) return false;
  const middle = candidate.slice(stem.length + 1, candidate.length - ending.length);
  return /^\d{8}T\d{6}Z(?:_\d+)?$/.test(middle);
}

function parts(name: string): [stem: string, ending: string] {
  const at = name.lastIndexOf(".");
  return at <= 0 ? [name, ""] : [name.slice(0, at), name.slice(at)];
}
