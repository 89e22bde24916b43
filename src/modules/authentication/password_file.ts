/** Something wrong with a line of a password file. Holds nothing of its hash. */
export interface PasswordFileProblem {
  /** From 1. */
  readonly line: number;
  /** What is wrong, and what would be right; no full stop. */
  readonly message: string;
}

/** What a password file holds. */
export interface PasswordFile {
  /** bcrypt hashes by user name. Secret. */
  readonly hashes: ReadonlyMap<string, string>;
  /** With any of them it is not used. */
  readonly problems: readonly PasswordFileProblem[];
}

/** A check at a greater cost takes longer than a second. */
const GREATEST_COST = 14;

const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;

/** What other hashes begin with. */
const OTHER_KINDS: readonly (readonly [start: string, kind: string])[] = [
  ["$apr1$", "MD5"],
  ["$1$", "MD5"],
  ["{SHA}", "SHA-1"],
  ["{SSHA}", "SHA-1"],
  ["$5$", "SHA-256"],
  ["$6$", "SHA-512"],
  ["$argon2", "Argon2"],
  ["$2x$", "an old, broken bcrypt"],
];

/** Reads a file as `htpasswd -B` makes it: a name and a bcrypt hash on each line. */
export function parsePasswordFile(text: string): PasswordFile {
  const hashes = new Map<string, string>();
  const problems: PasswordFileProblem[] = [];
  const lines = new Map<string, number>();
  for (const [index, content] of text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/).entries()) {
    if (content.trim() === "" || content.startsWith("#")) continue;
    const line = index + 1;
    const colon = content.indexOf(":");
    const name = content.slice(0, Math.max(colon, 0));
    const hash = content.slice(colon + 1).trimEnd();
    const first = lines.get(name.toLowerCase());
    const message = colon < 1
      ? 'A line is "name:hash"; make it with "htpasswd -B FILE NAME"'
      : first !== undefined
      ? `The name ${shown(name)} is on line ${first} already, letter case aside; remove one`
      : hashProblem(name, hash);
    if (message !== undefined) problems.push({ line, message });
    else hashes.set(name, hash);
    lines.set(name.toLowerCase(), first ?? line);
  }
  return { hashes, problems };
}

function hashProblem(name: string, hash: string): string | undefined {
  const who = `The password of ${shown(name)}`;
  const right = `make it anew with "htpasswd -B -C 10 FILE NAME"`;
  const [, cost] = BCRYPT.exec(hash) ?? [];
  if (cost === undefined) {
    const kind = OTHER_KINDS.find(([start]) => hash.startsWith(start))?.[1];
    return `${who} is ${kind ? `hashed with ${kind}` : "no bcrypt hash"}; ${right}`;
  }
  if (Number(cost) >= 4 && Number(cost) <= GREATEST_COST) return undefined;
  return `${who} is hashed at the cost ${cost}, which is not from 4 to ${GREATEST_COST}; ${right}`;
}

/** JSON escapes what a terminal would act on. */
function shown(name: string): string {
  return JSON.stringify(name.length > 100 ? `${name.slice(0, 100)}…` : name);
}
