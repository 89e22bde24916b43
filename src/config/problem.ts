/** Where something stands in a configuration file. */
export interface Place {
  /** Path of the file, relative to the application folder where it lies in it. */
  readonly file: string;
  /** From 1; absent where the whole file is meant. */
  readonly line?: number;
  /** From 1, in UTF-16 units as editors count. */
  readonly column?: number;
}

/** Something that whoever wrote the configuration should know. */
export interface Problem extends Place {
  /** Only an `error` keeps the configuration from being used. */
  readonly severity: "error" | "warning" | "note";
  /** What is wrong; after a semicolon what would be right. No secret, no full stop. */
  readonly message: string;
  /** The sub-status of 500 that IIS would have answered. @see ANCM C-3 */
  readonly subStatus?: number;
}

/** How many problems of one reading are kept; a last one says how many were not. */
const PROBLEMS_KEPT = 500;

/** Characters that could break out of a terminal line: control characters and line separators. */
// deno-lint-ignore no-control-regex -- finding control characters is its purpose
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** Quotes foreign text for a message: at most 100 characters, nothing a terminal would act on. */
export function quoted(text: string): string {
  const short = text.length > 100 ? `${text.slice(0, 100)}…` : text;
  const escape = (c: string) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return `"${short.replace(UNPRINTABLE, escape)}"`;
}

/** A message, or how to make it: costly advice is worked out only for problems that are kept. */
export type Message = string | (() => string);

/** Collects the problems of one reading, so that all of them are told at once. */
export class ProblemList {
  readonly #problems: Problem[] = [];
  readonly #confined = new Map<string, string>();
  readonly #broken = new Set<string>();
  #dropped = 0;
  #errors = 0;

  /** Whether the configuration cannot be used. */
  get hasErrors(): boolean {
    return this.#errors > 0;
  }

  /** The places whose own files are wrong, as they were given to {@linkcode confine}. */
  get broken(): ReadonlySet<string> {
    return this.#broken;
  }

  /**
   * Lets mistakes of a file break only the place it speaks for.
   *
   * @param path of that place below the application; empty where the file concerns everything
   * @see IIS M-CF-24
   */
  confine(file: string, path: string): void {
    if (!this.#confined.has(file)) this.#confined.set(file, path);
  }

  /** Adds what keeps the configuration from being used, or the place that its file was confined to. */
  error(place: Place, message: Message): void {
    const path = this.#confined.get(place.file) ?? "";
    if (path === "") {
      this.#errors++;
      this.#add({ severity: "error", ...place, subStatus: 19 }, message);
    } else {
      this.#broken.add(path);
      this.#add({ severity: "warning", ...place, subStatus: 19 }, () => {
        return confinedMessage(path, typeof message === "string" ? message : message());
      });
    }
  }

  /** Adds what probably is not meant. */
  warning(place: Place, message: Message): void {
    this.#add({ severity: "warning", ...place }, message);
  }

  /** Adds what is good to know. */
  note(place: Place, message: Message): void {
    this.#add({ severity: "note", ...place }, message);
  }

  /** Gives the problems in {@linkcode inOrderOfFiles}. */
  sorted(): readonly Problem[] {
    const inOrder = inOrderOfFiles(this.#problems);
    const file = inOrder[0]?.file;
    if (this.#dropped === 0 || file === undefined) return inOrder;
    const message = `${this.#dropped} further problems are not listed; correct the first ones`;
    return [...inOrder, { severity: this.hasErrors ? "error" : "warning", file, message }];
  }

  #add(problem: Omit<Problem, "message">, message: Message): void {
    if (this.#problems.length >= PROBLEMS_KEPT) {
      this.#dropped++;
      return;
    }
    this.#problems.push({
      ...problem,
      message: typeof message === "string" ? message : message(),
    });
  }
}

/** Sorts problems: files of the application folder before deeper ones, then by line; what concerns a whole file first. */
export function inOrderOfFiles(problems: readonly Problem[]): Problem[] {
  const depth = ({ file }: Problem) => file.split("/").length;
  return problems.toSorted((a, b) =>
    depth(a) - depth(b) || (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) ||
    (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)
  );
}

/** Says of a mistake in the file of a sub-folder what it does there. */
export function confinedMessage(path: string, message: string): string {
  return `Requests below ${quoted(`/${path}`)} get 500.19: ${message}`;
}

/** Says where something else stands, as seen from a place: a line, with its file where that is another one. */
export function whereFrom(from: Place, there: Place): string {
  return there.file === from.file ? `line ${there.line}` : `line ${there.line} of ${there.file}`;
}

/** Writes a problem as one line: `web.config:7:20: what is wrong; what would be right`. */
export function formatProblem(problem: Problem): string {
  const { file, line, column, severity, message } = problem;
  const place = [file, line, column].filter((part) => part !== undefined).join(":");
  return `${place}: ${severity === "error" ? "" : `${severity}: `}${message}`;
}
