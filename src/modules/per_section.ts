import type { SectionElement } from "../config/mod.ts";
import type { CompileParts } from "./module_source.ts";

/**
 * What is made of a section once, though many places inherit it: what it finds wrong is told once, and the first
 * place that asks, which is the one nearest to the application, is where the section is written.
 */
export class PerSection<T> {
  readonly #make: (section: SectionElement, parts: CompileParts, path: string) => T;
  readonly #made = new WeakMap<CompileParts, WeakMap<SectionElement, { readonly value: T }>>();

  /** @param make is given the path of the place that the section is written at */
  constructor(make: (section: SectionElement, parts: CompileParts, path: string) => T) {
    this.#make = make;
  }

  /** Gives what was made of a section, or makes it now. Places are to ask from shallow to deep. */
  at(path: string, section: SectionElement, parts: CompileParts): T {
    let made = this.#made.get(parts);
    if (!made) this.#made.set(parts, made = new WeakMap());
    let known = made.get(section);
    if (!known) made.set(section, known = { value: this.#make(section, parts, path) });
    return known.value;
  }
}
