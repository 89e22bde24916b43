import type { LocationConfig, Problem, SectionSchema } from "../config/mod.ts";
import type { Clock } from "../contract/clock.ts";
import type { BackendDirectory } from "../contract/directory.ts";
import type { Report } from "../contract/event.ts";
import type { Handler, Module, StatusPage } from "../contract/module.ts";
import type { Accounts } from "./authentication/accounts.ts";

/** An IIS module as the host has it: the sections it reads, and what it makes of them. */
export interface ModuleSource {
  /** The IIS name, such as `RequestFilteringModule`: what `<modules>` may remove. */
  readonly name: string;
  /** Those it reads; the configuration room parses, inherits and merges them. */
  readonly sections: readonly SectionSchema[];
  /**
   * Loads what compiling needs and few configurations have a use for. To be awaited once before the first
   * `compile` of a configuration.
   */
  prepare?(locations: readonly LocationConfig[]): Promise<void>;
  /**
   * Makes the module for one place of the URL space, once at load. Undefined where its sections ask for nothing:
   * it then costs nothing. Mistakes it finds go to `parts.problem` with their place.
   */
  compile(location: LocationConfig, parts: CompileParts): Module | undefined;
  /** What stands in its place where `<modules>` takes it away; absent where nothing does. @see IIS M-MO-2 */
  readonly removed?: Module;
}

/** What a module is made with. */
export interface CompileParts {
  /** Absolute path of the application folder, without a trailing separator. */
  readonly root: string;
  /** Virtual path of the application: `/`, or `/sub` without a slash at its end. */
  readonly pathBase: string;
  readonly clock: Clock;
  /** IIS names of the modules that `<modules>` takes away. @default none @see IIS M-MO-2 */
  readonly removedModules?: ReadonlySet<string>;
  /** `handlerSetting name="allowSlowPatterns"`: whether patterns that can take very long are used. @default false */
  readonly allowSlowPatterns?: boolean;
  /** Of `--basic-auth-file`. @default basic authentication is refused */
  readonly accounts?: Accounts | undefined;
  /** The backend's. @default nothing answers in its place while it starts */
  readonly directory?: Pick<BackendDirectory, "current" | "want"> | undefined;
  /** Takes the host's events while it runs; they are lost where it is absent. */
  readonly report?: Report;
  /** `aspNetCore/@disableStartUpErrorPage`. @default false @see ANCM X-5 */
  readonly disableStartUpErrorPage?: boolean;
  /** Replaces `%NAME%` by variables of the host's environment. @default the text as it is @see IIS M-CF-26 */
  readonly expand?: (text: string) => string;
  /** Makes the host's page for a status. @default answers keep the page they have */
  readonly statusPage?: StatusPage;
  /** The whole pipeline, for requests of the host itself. @default there are none @see IIS M-HE-8 */
  readonly execute?: Handler;
  /** Takes a problem; an error keeps the configuration from being used. */
  readonly problem: (problem: Problem) => void;
}
