import {
  type AppConfig,
  locationLookup,
  type SectionElement,
  type SectionSchema,
} from "../config/mod.ts";
import { defaultElement } from "../config/section.ts";
import {
  defaultDocumentHandler,
  type DefaultDocumentOptions,
  defaultDocuments,
} from "./default_document.ts";
import { DEFAULT_DOCUMENT } from "./default_document_schema.ts";
import { directoryListingHandler, listingFlags } from "./directory_browse.ts";
import { DIRECTORY_BROWSE } from "./directory_browse_schema.ts";
import type { ChainHandler } from "./mapped_handler.ts";
import type { CompileParts } from "./module_source.ts";
import type { PhysicalFiles } from "./physical_files.ts";
import { staticContents } from "./static_files/static_content.ts";
import { STATIC_CONTENT } from "./static_files/static_content_schema.ts";
import { staticFileHandler } from "./static_files/static_file.ts";
import { verbHandler } from "./verb_handler.ts";

/** The sections that the host's own handlers read. */
export const FILE_SECTIONS: readonly SectionSchema[] = [
  STATIC_CONTENT,
  DEFAULT_DOCUMENT,
  DIRECTORY_BROWSE,
];

/** The IIS modules that answer requests by themselves, for `handlers`. */
export const FILE_MODULES: readonly string[] = [
  "StaticFileModule",
  "DefaultDocumentModule",
  "DirectoryListingModule",
  "ProtocolSupportModule",
];

/** What {@linkcode fileHandlers} needs. */
export interface FileHandlersOptions extends CompileParts, Pick<DefaultDocumentOptions, "again"> {
  readonly config: Pick<AppConfig, "locations">;
  readonly files: PhysicalFiles;
}

/** Makes the host's own handlers, by the name of their IIS module in lower case. */
export function fileHandlers(
  options: FileHandlersOptions,
): [name: string, handler: ChainHandler][] {
  const at = <T>(schema: SectionSchema, make: (section: SectionElement, path: string) => T) => {
    const places = options.config.locations.map(({ path, sections }) =>
      [path, { value: make(sections[schema.name] ?? defaultElement(schema), path) }] as const
    );
    const lookup = locationLookup(places);
    const otherwise = places[0]?.[1] ?? { value: make(defaultElement(schema), "") };
    return (path: string) => (lookup(path) ?? otherwise).value;
  };
  const staticContentAt = at(
    STATIC_CONTENT,
    (section, path) => staticContents.at(path, section, options),
  );
  const documentsAt = at(DEFAULT_DOCUMENT, defaultDocuments);
  const flagsAt = at(DIRECTORY_BROWSE, listingFlags);
  return [
    ["staticfilemodule", staticFileHandler({ ...options, staticContentAt })],
    ["defaultdocumentmodule", defaultDocumentHandler({ ...options, documentsAt })],
    ["directorylistingmodule", directoryListingHandler({ ...options, flagsAt })],
    ["protocolsupportmodule", verbHandler(options.clock)],
  ];
}
