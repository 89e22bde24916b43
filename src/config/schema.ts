/** How far the host honours a setting, where that is not fully. */
export interface Support {
  /**
   * - `partial`: acts, but not in every way; `note` says where it differs
   * - `later`: read and checked, acts in a later version; a value other than the default warns
   * - `never`: read and checked, does not act; a value other than the default warns
   * - `ignored`: read and checked, has nothing to act on here; silent
   */
  readonly level: "partial" | "later" | "never" | "ignored";
  /** One sentence for the documentation, without its full stop. */
  readonly note: string;
}

/** What every attribute has. */
export interface AttributeBase {
  /** What it means, for the person who writes web.config: Markdown, whole sentences. */
  readonly doc: string;
  /** Whether every such element must have it. */
  readonly required?: true;
  /** Whether `%NAME%` is replaced by variables of the host's environment. @see ANCM C-50 */
  readonly expanded?: true;
  /** Whether the value may be shown to nobody. */
  readonly secret?: true;
  /** Absent where the host honours it fully. */
  readonly support?: Support;
}

/** Any text; `default` is as text too. */
export interface StringAttribute extends AttributeBase {
  /** Which of the kinds it is. */
  readonly type: "string";
  /** What a missing attribute is. */
  readonly default?: string;
  /** Whether an empty value is a mistake. */
  readonly nonEmpty?: true;
  /** Whether it is compared with its case, where it is a key. @see IIS M-CF-33 */
  readonly caseSensitive?: true;
}

/** `true` or `false` in any case. */
export interface BooleanAttribute extends AttributeBase {
  /** Which of the kinds it is. */
  readonly type: "boolean";
  /** What a missing attribute is. */
  readonly default?: boolean;
}

/** A whole number, decimal. */
export interface UintAttribute extends AttributeBase {
  /** Which of the kinds it is. */
  readonly type: "uint";
  /** What a missing attribute is. */
  readonly default?: number;
  /** The smallest. @default 0 */
  readonly min?: number;
  /** The largest. @default 4294967295 */
  readonly max?: number;
  /** For the documentation, such as `seconds`. */
  readonly unit?: string;
}

/** A time as `hh:mm:ss` or `d.hh:mm:ss`; read as milliseconds. */
export interface TimeSpanAttribute extends AttributeBase {
  /** Which of the kinds it is. */
  readonly type: "timeSpan";
  /** Milliseconds. */
  readonly default?: number;
  /** Milliseconds. @default 0 */
  readonly minMs?: number;
  /** Milliseconds. */
  readonly maxMs: number;
}

/** One of several words, in any case; read as spelt in `values`. */
export interface EnumAttribute extends AttributeBase {
  /** Which of the kinds it is. */
  readonly type: "enum";
  /** As the documentation spells them. */
  readonly values: readonly string[];
  /** What a missing attribute is. */
  readonly default?: string;
  /** Whether an empty value means the default instead of being a mistake. */
  readonly emptyIsDefault?: true;
}

/** Several of the words, separated by commas, in any case; read as spelt in `values`. */
export interface FlagsAttribute extends AttributeBase {
  /** Which of the kinds it is. */
  readonly type: "flags";
  /** As the documentation spells them. */
  readonly values: readonly string[];
  /** What a missing attribute is. */
  readonly default?: readonly string[];
}

/** What one attribute may hold. */
export type AttributeSchema =
  | StringAttribute
  | BooleanAttribute
  | UintAttribute
  | TimeSpanAttribute
  | EnumAttribute
  | FlagsAttribute;

/** The items directly inside an element. @see IIS M-CF-30 … M-CF-36 */
export interface CollectionSchema {
  /** Name of the element that adds an item, such as `add` or `environmentVariable`. */
  readonly add: string;
  /** Name of the element that removes an item by its key; absent where there is none. */
  readonly remove?: string;
  /** Name of the element that removes all items so far; absent where there is none. */
  readonly clear?: string;
  /** The attributes that tell items apart. */
  readonly key: readonly string[];
  /** What a second item of the same key is. */
  readonly duplicates: "error" | "kept";
  /** Where items of a deeper place go among those it inherits. */
  readonly position: "append" | "prepend";
  /** What one item holds. */
  readonly item: ElementSchema;
  /** Items that are there without any file, as attribute texts. */
  readonly builtIn?: readonly Readonly<Record<string, string>>[];
  /** The same of items that an added one of the same key replaces. */
  readonly assumed?: readonly Readonly<Record<string, string>>[];
}

/** An element: its attributes, the elements it may hold once, its items. */
export interface ElementSchema {
  /** What it is for: Markdown, whole sentences. */
  readonly doc: string;
  /** By name, as spelt in the file. */
  readonly attributes?: Readonly<Record<string, AttributeSchema>>;
  /** Elements it may hold once, by name. */
  readonly children?: Readonly<Record<string, ElementSchema>>;
  /** Items directly inside it. */
  readonly collection?: CollectionSchema;
  /** Absent where the host honours it fully. */
  readonly support?: Support;
}

/** A section of `system.webServer`. */
export interface SectionSchema extends ElementSchema {
  /** Path below `system.webServer`, such as `security/requestFiltering`. */
  readonly name: string;
  /**
   * Whether a `<location>` below the application may change it.
   * @default "location"
   */
  readonly scope?: "application" | "location";
}

/** Says that a setting does not act, where whoever set it may have counted on it; else undefined. */
export function noEffect(support: Support | undefined): string | undefined {
  if (support?.level === "later") return `has no effect yet; ${support.note}`;
  if (support?.level === "never") return `has no effect; ${support.note}`;
  return undefined;
}

/** What an attribute is read as. */
export type AttributeValue = string | boolean | number | readonly string[];

type Read<A extends AttributeSchema> = A extends BooleanAttribute ? boolean
  : A extends UintAttribute | TimeSpanAttribute ? number
  : A extends FlagsAttribute ? readonly A["values"][number][]
  : A extends EnumAttribute ? A["values"][number]
  : string;

type Present<A> = A extends { required: true } | { default: unknown } ? never : undefined;

/** The attributes of an element by name, typed by its schema; absent ones have their default. */
export type ValuesOf<E extends ElementSchema> = {
  readonly [K in keyof E["attributes"]]: E["attributes"][K] extends AttributeSchema
    ? Read<E["attributes"][K]> | Present<E["attributes"][K]>
    : never;
};
