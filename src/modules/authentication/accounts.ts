import { formatProblem, type Problem } from "../../config/problem.ts";
import type { Clock } from "../../contract/clock.ts";
import type { Report } from "../../contract/event.ts";
import type { Awaitable } from "../../contract/exchange.ts";
import { HostError } from "../../contract/host_error.ts";
import { createHmac, randomBytes } from "node:crypto";
import { decodeCredentials } from "./_credentials.ts";
import { HashChecks, type HashThread } from "./_hash_checks.ts";
import { Verdicts } from "./_verdicts.ts";
import { parsePasswordFile } from "./password_file.ts";

/** How often the file is looked at, at most. */
const LOOK_EVERY_MS = 1_000;
/** A password that was right need not be checked again while it is used so often. */
const RIGHT_KEPT_MS = 5 * 60_000;
const WRONG_KEPT_MS = 60_000;
const VERDICTS_MOST = 1_000;
/** How many passwords of one client are checked at one time. */
const CHECKS_OF_CLIENT = 4;
/** bcrypt looks at 72 bytes; far longer ones are nobody's. */
const LONGEST_TOKEN = 4_096;
const PROBLEMS_TOLD = 20;
const LARGEST_FILE = 4 * 1_024 * 1_024;

/** What {@linkcode openAccounts} needs. */
export interface AccountsOptions {
  /** As `htpasswd -B` makes it. */
  readonly file: string;
  readonly clock: Clock;
  readonly report: Report;
  /** Makes the thread that checks. @default a worker */
  readonly startThread?: () => HashThread;
}

/** The file of accounts cannot be used. */
export class AccountsError extends Error {
  override readonly name = "AccountsError";

  /** @param problems what is wrong with it, line by line */
  constructor(readonly problems: readonly Problem[], options?: ErrorOptions) {
    super(problems.map(formatProblem).join("\n"), options);
  }
}

/** Who may log on. Disposing of it ends its thread. */
export interface Accounts extends Disposable {
  /**
   * Gives the name of the user that credentials are right for, or undefined where they are wrong. Takes as long for a
   * name that is not there.
   *
   * @param token as it stands behind `Basic`. Secret
   * @param address of the client, who may have only so many checks at one time
   * @throws {HostError} `logon-busy` when too many wait
   */
  verify(token: string, address: string): Awaitable<string | undefined>;
}

/**
 * Opens a file of accounts, which is read again when it changes.
 *
 * @throws {AccountsError} where it cannot be used
 */
export async function openAccounts(options: AccountsOptions): Promise<Accounts> {
  const accounts = new FileAccounts(options);
  await accounts.read();
  return accounts;
}

class FileAccounts implements Accounts {
  readonly #options: AccountsOptions;
  readonly #checks: HashChecks;
  /** Passwords are remembered as what nobody outside this process can compute. */
  readonly #secret = randomBytes(32);
  readonly #right = new Verdicts<string>(VERDICTS_MOST, RIGHT_KEPT_MS);
  readonly #wrong = new Verdicts<true>(VERDICTS_MOST, WRONG_KEPT_MS);
  readonly #running = new Map<string, Promise<string | undefined>>();
  readonly #ofClient = new Map<string, number>();
  #hashes: ReadonlyMap<string, string> = new Map();
  #sign = "";
  #lookAt = 0;

  constructor(options: AccountsOptions) {
    this.#options = options;
    this.#checks = new HashChecks(options.startThread);
  }

  /** Reads the file now. @throws {AccountsError} where it cannot be used */
  async read(): Promise<void> {
    const { file, clock } = this.#options;
    this.#lookAt = clock.now() + LOOK_EVERY_MS;
    const sign = await signOf(file);
    if (sign === this.#sign) return;
    this.#sign = sign;
    this.#hashes = parsed(file, await textOf(file));
    this.#right.clear();
    this.#wrong.clear();
    this.#running.clear();
  }

  verify(token: string, address: string): Awaitable<string | undefined> {
    const now = this.#options.clock.now();
    return now < this.#lookAt
      ? this.#verdict(token, address, now)
      : this.#look().then(() => this.#verdict(token, address, now));
  }

  [Symbol.dispose](): void {
    this.#checks[Symbol.dispose]();
  }

  /** What cannot be used leaves the accounts as they are. */
  async #look(): Promise<void> {
    try {
      await this.read();
    } catch (error) {
      if (!(error instanceof AccountsError)) throw error;
      const message = `${error.message}; the accounts read before stay`;
      this.#options.report({ level: "error", name: "accounts-error", message });
    }
  }

  #verdict(token: string, address: string, now: number): Awaitable<string | undefined> {
    if (token.length > LONGEST_TOKEN) return undefined;
    const key = this.#keyed(token);
    const name = this.#right.get(key, now);
    if (name !== undefined) {
      this.#right.set(key, name, now);
      return name;
    }
    if (this.#wrong.get(key, now)) return undefined;
    const running = this.#running.get(key);
    if (running) return running;
    const check = this.#checked(token, key, address);
    this.#running.set(key, check);
    return check;
  }

  /** Checks credentials that nothing is known of. */
  async #checked(token: string, key: string, address: string): Promise<string | undefined> {
    const hashes = this.#hashes;
    try {
      const name = await this.#admitted(address, () => this.#check(token, hashes));
      // What was found out by a file that has changed since is not remembered.
      if (hashes !== this.#hashes) return name;
      const now = this.#options.clock.now();
      if (name === undefined) this.#wrong.set(key, true, now);
      else this.#right.set(key, name, now);
      return name;
    } finally {
      this.#running.delete(key);
    }
  }

  /** Runs a check unless the client has enough of them under way. */
  async #admitted<T>(address: string, check: () => Promise<T>): Promise<T> {
    const count = this.#ofClient.get(address) ?? 0;
    if (count >= CHECKS_OF_CLIENT) {
      const message =
        `Cannot check more than ${CHECKS_OF_CLIENT} passwords of one client at a time`;
      throw new HostError("logon-busy", message);
    }
    this.#ofClient.set(address, count + 1);
    try {
      return await check();
    } finally {
      const left = (this.#ofClient.get(address) ?? 1) - 1;
      if (left > 0) this.#ofClient.set(address, left);
      else this.#ofClient.delete(address);
    }
  }

  async #check(token: string, hashes: ReadonlyMap<string, string>): Promise<string | undefined> {
    const credentials = decodeCredentials(token);
    if (!credentials) return undefined;
    const { name, password } = credentials;
    const own = hashes.get(name);
    const hash = own ?? this.#decoy(name, hashes);
    if (hash === undefined) return undefined;
    const isRight = await this.#checks.check(password, hash);
    return own !== undefined && isRight ? name : undefined;
  }

  /** For a name that is not there, somebody's hash, always the same: the time tells nothing. */
  #decoy(name: string, hashes: ReadonlyMap<string, string>): string | undefined {
    const all = [...hashes.values()];
    return all[Number.parseInt(this.#keyed(name).slice(0, 8), 16) % all.length];
  }

  #keyed(text: string): string {
    return createHmac("sha256", this.#secret).update(text).digest("hex");
  }
}

/** Gives what changes when the file does. */
async function signOf(file: string): Promise<string> {
  try {
    const { size, mtime, ctime, ino } = await Deno.stat(file);
    return [size, mtime?.getTime(), ctime?.getTime(), ino].join(" ");
  } catch {
    return "absent";
  }
}

async function textOf(file: string): Promise<string> {
  try {
    const { isFile, size } = await Deno.stat(file);
    if (!isFile) throw new Error("it is no file");
    if (size > LARGEST_FILE) throw new Error("it is larger than 4 MiB");
    return await Deno.readTextFile(file);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `Cannot read those who may log on: ${why}`;
    throw new AccountsError([{ severity: "error", file, message }], { cause });
  }
}

function parsed(file: string, text: string): ReadonlyMap<string, string> {
  const { hashes, problems } = parsePasswordFile(text);
  if (problems.length === 0) return hashes;
  const told: Problem[] = problems.slice(0, PROBLEMS_TOLD)
    .map((problem) => ({ severity: "error", file, ...problem }));
  const more = problems.length - told.length;
  if (more > 0) {
    told.push({ severity: "error", file, message: `${more} further lines are wrong, too` });
  }
  throw new AccountsError(told);
}
