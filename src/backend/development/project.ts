import { dirname, join, resolve } from "node:path";
import { withSlashes } from "../watch/_app_files.ts";

/** So many projects are looked into: a reference that leads in circles, or nowhere, must end. */
const MAX_PROJECTS = 200;
const PROJECT = /\.(?:cs|fs|vb)proj$/i;

/** The source tree of a .NET application. */
export interface Project {
  /** Path of the project file. */
  readonly file: string;
  /** The folder of each project that it is built from, its own first. */
  readonly folders: readonly string[];
}

/**
 * Finds the project of an application folder, with those it refers to.
 *
 * @returns undefined where there is none, or several; or where the folder has been published
 */
export async function findProject(root: string): Promise<Project | undefined> {
  const names = await namesIn(root);
  const [name, second] = names.filter((one) => PROJECT.test(one));
  const isPublished = names.some((one) => one.endsWith(".runtimeconfig.json"));
  if (name === undefined || second !== undefined || isPublished) return undefined;
  const file = join(root, name);
  const all = await referenced(file);
  return { file, folders: [...new Set(all.map((one) => dirname(one)))] };
}

/** Tells whether a file says how projects are built. */
export function isProjectFile(path: string): boolean {
  return PROJECT.test(path) || /\.(?:props|targets)$/i.test(path);
}

async function namesIn(root: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(root))).map(({ name }) => name).sort();
  } catch {
    return [];
  }
}

/** Gives a project file and all that it is built from. What only MSBuild could work out is left out. */
async function referenced(first: string): Promise<string[]> {
  const all = [first];
  for (let at = 0; at < all.length && at < MAX_PROJECTS; at++) {
    const file = all[at] ?? "";
    const text = await Deno.readTextFile(file).catch(() => "");
    for (
      const [, include = ""] of text.matchAll(/<ProjectReference\s[^>]*?\bInclude="([^"$*]+)"/g)
    ) {
      const path = resolve(dirname(file), withSlashes(include));
      if (!all.includes(path)) all.push(path);
    }
  }
  return all;
}
