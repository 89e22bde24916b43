import { basename, delimiter, isAbsolute, join } from "node:path";
import { fileKind, findBelow, isSelfContained, withSlashes } from "../watch/_app_files.ts";
import { valueOf, type Variables } from "./environment.ts";
import { StartFault } from "../process/failure.ts";

/** What {@linkcode findProgram} needs to know. */
export interface ProgramQuestion {
  readonly processPath: string;
  /** The application folder. */
  readonly root: string;
  /** The host's own variables: web.config's play no part. @see ANCM C-54 */
  readonly environment: Variables;
}

/** A program to run. */
export interface Program {
  readonly path: string;
  /** Arguments that come before those of web.config. */
  readonly leading: readonly string[];
  readonly notes: readonly string[];
}

/**
 * Finds what `aspNetCore/@processPath` names on systems other than Windows: a file of the application folder, else a
 * program of the search path. What was meant for Windows is taken for what it is here: `app.exe` for `app` or
 * `dotnet app.dll`, any path to `dotnet.exe` for `dotnet`.
 *
 * @throws {StartFault} start-no-program, with every place it looked at
 * @see ANCM C-53
 */
export async function findProgram(question: ProgramQuestion): Promise<Program> {
  return await new Search(question).run();
}

const plain = (path: string): Program => ({ path, leading: [], notes: [] });
const isDotnet = (path: string) => /^dotnet(\.exe)?$/i.test(basename(path));

class Search {
  readonly #question: ProgramQuestion;
  readonly #written: string;
  readonly #looked: string[] = [];
  /** Files that would have been it, and why they are not. */
  readonly #obstacles: string[] = [];

  constructor(question: ProgramQuestion) {
    this.#question = question;
    this.#written = withSlashes(question.processPath);
  }

  async run(): Promise<Program> {
    const written = this.#written;
    if (/%LAUNCHER_PATH%/i.test(written)) throw this.#sourceTree();
    const isForeign = /^[A-Za-z]:|^\/\/|%/.test(written);
    const found = isForeign ? undefined : await this.#named();
    if (found) return found;
    if (isDotnet(written) && (isForeign || !written.includes("/"))) {
      const dotnet = await this.#dotnet();
      if (dotnet !== undefined) return plain(dotnet);
    }
    throw this.#notFound(isForeign);
  }

  /** The file that the text names, the program of the search path, or `dotnet app.dll`. */
  async #named(): Promise<Program | undefined> {
    const written = this.#written;
    const { root } = this.#question;
    const path = isAbsolute(written) ? written : await this.#spelled(join(root, written));
    const stem = path.replace(/\.exe$/i, "");
    for (const candidate of new Set([path, await this.#spelled(stem)])) {
      if (await this.#isRunnable(candidate)) return plain(candidate);
    }
    if (isDotnet(written)) return undefined;
    const program = written.includes("/") ? undefined : await this.#searched(written);
    return program === undefined ? await this.#assembly(stem) : plain(program);
  }

  async #searched(name: string): Promise<string | undefined> {
    const stem = name.replace(/\.exe$/i, "");
    return await this.#onPath([...new Set([name, stem, stem.toLowerCase()])]);
  }

  async #assembly(stem: string): Promise<Program | undefined> {
    if (/\.dll$/i.test(stem)) return undefined;
    const assembly = await this.#spelled(`${stem}.dll`);
    if (await this.#look(assembly) === "absent") return undefined;
    if (await isSelfContained(assembly)) {
      this.#obstacles.push(
        `"${assembly}" needs its own program beside it: publish for this system, with -r linux-x64 or the like`,
      );
      return undefined;
    }
    return await this.#byDotnet(assembly);
  }

  async #byDotnet(assembly: string): Promise<Program> {
    const path = await this.#dotnet();
    if (path === undefined) throw this.#notFound(false);
    const reason = this.#obstacles[0] ?? "there is no such program";
    const note = `Runs "dotnet ${
      basename(assembly)
    }" in place of "${this.#question.processPath}": ${reason}`;
    return { path, leading: [assembly], notes: [note] };
  }

  async #isRunnable(path: string): Promise<boolean> {
    switch (await this.#look(path)) {
      case "program":
        return true;
      case "not-executable":
        this.#obstacles.push(`"${path}" is not executable: run chmod +x on it`);
        return false;
      case "windows-program":
        this.#obstacles.push(
          /\.dll$/i.test(path)
            ? `"${path}" is no program: processPath="dotnet" arguments="${
              basename(path)
            }" would be right`
            : `"${path}" is a program for Windows: publish for this system`,
        );
        return false;
      case "absent":
        return false;
    }
  }

  async #look(path: string) {
    if (!this.#looked.includes(path)) this.#looked.push(path);
    return await fileKind(path);
  }

  /** The file under the case it has on disk; the path as it is where there is none. */
  async #spelled(path: string): Promise<string> {
    const { root } = this.#question;
    if (!path.startsWith(`${root}/`)) return path;
    return await findBelow(root, path.slice(root.length + 1)) ?? path;
  }

  async #dotnet(): Promise<string | undefined> {
    const found = await this.#onPath(["dotnet"]);
    if (found !== undefined) return found;
    const { environment } = this.#question;
    const home = environment.HOME;
    const folders = [
      environment.DOTNET_ROOT,
      "/usr/share/dotnet",
      "/usr/lib/dotnet",
      "/usr/local/share/dotnet",
      home && join(home, ".dotnet"),
    ];
    return await this.#inFolders(folders, ["dotnet"]);
  }

  async #onPath(names: readonly string[]): Promise<string | undefined> {
    const folders = (valueOf(this.#question.environment, "PATH") ?? "").split(delimiter);
    return await this.#inFolders(folders, names);
  }

  async #inFolders(
    folders: readonly (string | undefined)[],
    names: readonly string[],
  ): Promise<string | undefined> {
    // A relative folder would be one of the host's working folder, which has no say.
    for (const folder of folders.filter((one) => one !== undefined && isAbsolute(one))) {
      for (const name of names) {
        const path = join(folder as string, name);
        if (await this.#isRunnable(path)) return path;
      }
    }
    return undefined;
  }

  #notFound(isForeign: boolean): StartFault {
    const general = isForeign && !isDotnet(this.#written)
      ? "it is a path of Windows; a program below the app folder or of the search path would be right"
      : "no such program was found";
    const [reason = general, ...more] = this.#obstacles;
    const looked = this.#looked.length > 0 ? [`Looked for: ${this.#looked.join(", ")}`] : [];
    return new StartFault(
      "start-no-program",
      `Cannot run "${this.#question.processPath}": ${reason}`,
      [...more, ...looked],
    );
  }

  #sourceTree(): StartFault {
    return new StartFault(
      "start-no-program",
      `Cannot run "${this.#question.processPath}": this web.config belongs to a source tree`,
      [
        "Publish the app (dotnet publish) and serve the folder that it writes, " +
        "or set ANCM_LAUNCHER_PATH and ANCM_LAUNCHER_ARGS to the program and its arguments",
      ],
    );
  }
}
