import { join } from "node:path";
import { readAppFile } from "./_app_folder.ts";
import type { ConfigFile } from "./app_config.ts";
import { ConfigSources } from "./_config_source.ts";
import type { PlacedSection } from "./_document.ts";
import { type PlaceOptions, placeSections } from "./_document.ts";
import type { ProblemList } from "./problem.ts";
import { findSubFolderFiles } from "./_sub_folders.ts";
import { decodeText } from "./text.ts";
import { parseXml, type XmlElement } from "./xml.ts";

/** Reads configuration files of an application folder and keeps in mind which. */
export class ConfigFiles {
  readonly #read: ConfigFile[] = [];
  readonly #root: string;
  readonly #problems: ProblemList;

  /** @param root absolute path of the application folder */
  constructor(root: string, problems: ProblemList) {
    this.#root = root;
    this.#problems = problems;
  }

  /** Every file that was read or should have been, in the order of reading. */
  get all(): readonly ConfigFile[] {
    return this.#read;
  }

  /**
   * Reads a file as a tree.
   *
   * @param file relative to the application folder
   * @param path of the place it speaks for
   * @returns undefined when a problem was reported
   */
  async tree(file: string, path: string): Promise<XmlElement | undefined> {
    this.#problems.confine(file, path);
    if (!this.#read.some((one) => one.file === file)) this.#read.push({ file, path });
    const bytes = await readAppFile(join(this.#root, file), file, this.#problems);
    const text = bytes && decodeText(bytes, file, this.#problems);
    return text === undefined ? undefined : parseXml(text, file, this.#problems);
  }

  /** Puts the sections that stand in files of their own (`configSource`) into a tree that {@linkcode tree} gave. */
  withSources(document: XmlElement, file: ConfigFile, options: PlaceOptions): Promise<XmlElement> {
    const sources = new ConfigSources({
      root: this.#root,
      file,
      schemas: options.schemas,
      problems: this.#problems,
      read: (name) => this.tree(name, file.path),
    });
    return sources.filled(document);
  }

  /** Reads the web.config files of the sub-folders and finds their sections, from shallow to deep. @see IIS M-CF-1 */
  async subFolders(options: PlaceOptions): Promise<PlacedSection[]> {
    const placed: PlacedSection[] = [];
    for (const file of await findSubFolderFiles(this.#root, this.#problems)) {
      const tree = await this.tree(file.file, file.path);
      if (!tree) continue;
      const document = await this.withSources(tree, file, options);
      placed.push(...placeSections(document, { ...options, below: file.path }, this.#problems));
    }
    return placed;
  }
}
