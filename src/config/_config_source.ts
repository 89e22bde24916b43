import { join } from "node:path";
import type { ConfigFile } from "./app_config.ts";
import { GROUP, SectionNames } from "./_section_names.ts";
import { type Place, type ProblemList, quoted } from "./problem.ts";
import type { SectionSchema } from "./schema.ts";
import type { XmlElement } from "./xml.ts";

/** What {@linkcode ConfigSources} needs. */
export interface ConfigSourcesOptions {
  /** Absolute path of the application folder. */
  readonly root: string;
  /** The file whose sections are looked at. */
  readonly file: ConfigFile;
  readonly schemas: readonly SectionSchema[];
  readonly problems: ProblemList;
  /** Reads a file, named relative to the application folder; reports what keeps it from being read. */
  readonly read: (file: string) => Promise<XmlElement | undefined>;
}

/** The attribute that names a section's own file. */
const ATTRIBUTE = "configSource";

/**
 * The sections of one file that stand in files of their own.
 *
 * @see IIS M-CF-7
 */
export class ConfigSources {
  readonly #options: ConfigSourcesOptions;
  readonly #names: SectionNames;

  /** Makes those of one file. */
  constructor(options: ConfigSourcesOptions) {
    this.#options = options;
    this.#names = new SectionNames(options.schemas);
  }

  /** Gives a document with every such section in its place. */
  async filled(document: XmlElement): Promise<XmlElement> {
    return await this.#withChildren(document, async (child) => {
      if (child.name === GROUP) return await this.#group(child, "");
      if (child.name !== "location") return child;
      return await this.#withChildren(
        child,
        async (inner) => inner.name === GROUP ? await this.#group(inner, "") : inner,
      );
    });
  }

  #group(group: XmlElement, prefix: string): Promise<XmlElement> {
    return this.#withChildren(group, async (child) => {
      const name = prefix + child.name;
      if (this.#names.schema(name)) return await this.#section(child);
      return this.#names.isGroup(name) ? await this.#group(child, `${name}/`) : child;
    });
  }

  async #withChildren(
    parent: XmlElement,
    change: (child: XmlElement) => Promise<XmlElement>,
  ): Promise<XmlElement> {
    const children: XmlElement[] = [];
    for (const child of parent.children) children.push(await change(child));
    const isSame = children.every((child, at) => child === parent.children[at]);
    return isSame ? parent : { ...parent, children };
  }

  async #section(element: XmlElement): Promise<XmlElement> {
    const { problems, read } = this.#options;
    const written = element.attributes.find(({ name }) => name === ATTRIBUTE);
    if (!written) return element;
    const rest = element.attributes.filter((attribute) => attribute !== written);
    const without = { name: element.name, place: element.place, attributes: [], children: [] };
    const place = rest[0]?.place ?? element.children[0]?.place ?? element.text;
    if (place) {
      const what = `Something beside "${ATTRIBUTE}" in ${element.name}`;
      problems.error(place, `${what}; the other file holds the whole section, move it there`);
      return { ...element, attributes: rest };
    }
    const file = await this.#fileOf(written.value, written.place);
    const section = file === undefined ? undefined : await read(file);
    if (!section) return without;
    const nested = section.attributes.find(({ name }) => name === ATTRIBUTE);
    if (nested) {
      problems.error(nested.place, `"${ATTRIBUTE}" in a file that is one; put the section here`);
      return without;
    }
    if (section.name === element.name) return section;
    const what = `The root element is ${quoted(section.name)}`;
    problems.error(section.place, `${what}; this file begins with "<${element.name}>"`);
    return without;
  }

  /** Gives the file's path relative to the application folder. */
  async #fileOf(value: string, place: Place): Promise<string | undefined> {
    const { root, file, problems } = this.#options;
    const parts = value.replaceAll("\\", "/").split("/").filter((part) => part !== ".");
    if (parts.some((part) => part === "" || part === ".." || part.includes(":"))) {
      const what = `Invalid "${ATTRIBUTE}": ${quoted(value)} is not below the file's own folder`;
      problems.error(place, `${what}; write a relative path such as "config/rules.config"`);
      return undefined;
    }
    let folder = file.path;
    for (const part of parts) folder = join(folder, await spelt(join(root, folder), part));
    return folder.replaceAll("\\", "/");
  }
}

/** Gives a name as the folder spells it: files written on Windows may use another case of letters. */
async function spelt(folder: string, name: string): Promise<string> {
  try {
    const names = await Array.fromAsync(Deno.readDir(folder), (entry) => entry.name);
    if (names.includes(name)) return name;
    return names.sort().find((one) => one.toLowerCase() === name.toLowerCase()) ?? name;
  } catch {
    return name; // reading it will say what is wrong
  }
}
