import type { SectionElement } from "../config/mod.ts";
import type { Exchange, Reply } from "../contract/exchange.ts";
import type { Module } from "../contract/module.ts";
import type { FieldLine } from "../http1/mod.ts";
import { addedFields } from "./_added_fields.ts";
import { HTTP_PROTOCOL } from "./http_protocol_schema.ts";
import type { CompileParts, ModuleSource } from "./module_source.ts";
import { PerSection } from "./per_section.ts";

/** Those of the host's own pages that a field of the same name from web.config takes the place of. */
const OF_PAGES = ["Content-Security-Policy", "X-Content-Type-Options"];

/**
 * Custom fields of answers, and whether connections are kept.
 *
 * @see IIS M-HP-1 … M-HP-6, M-PL-5
 */
export const httpProtocol: ModuleSource = {
  name: "ProtocolSupportModule",
  sections: [HTTP_PROTOCOL],
  compile({ path, sections }, parts) {
    const section = sections[HTTP_PROTOCOL.name];
    return section?.place && modules.at(path, section, parts);
  },
};

const modules = new PerSection(compiled);

function compiled(section: SectionElement, parts: CompileParts): Module | undefined {
  const { customHeaders, redirectHeaders } = section.children;
  const custom = addedFields(customHeaders?.items ?? [], parts);
  const redirect = addedFields(redirectHeaders?.items ?? [], parts);
  const endsConnection = section.settings.allowKeepAlive?.value === false;
  if (custom.length + redirect.length === 0 && !endsConnection) return undefined;
  return new ProtocolModule(custom, redirect, endsConnection);
}

class ProtocolModule implements Module {
  readonly name = "ProtocolSupportModule";
  readonly #always: readonly FieldLine[];
  readonly #withRedirects: readonly FieldLine[];
  /** In the place of which fields of the host's own pages the custom ones come. */
  readonly #inPlaceOf: readonly string[];
  readonly #endsConnection: boolean;

  constructor(
    custom: readonly FieldLine[],
    redirect: readonly FieldLine[],
    endsConnection: boolean,
  ) {
    const names = new Set(custom.map(([name]) => name.toLowerCase()));
    this.#always = custom;
    this.#withRedirects = [...custom, ...redirect];
    this.#inPlaceOf = OF_PAGES.filter((name) => names.has(name.toLowerCase()));
    this.#endsConnection = endsConnection;
  }

  response(x: Exchange, reply: Reply): Reply {
    // A page that is fetched for another exchange gets them there.
    if (x.parent || reply.isDropped) return reply;
    const lines = reply.isOfModule && isRedirect(reply) ? this.#withRedirects : this.#always;
    const { status, reason } = reply.head;
    const received = reply.error && this.#inPlaceOf.length > 0
      ? reply.head.fields.without(this.#inPlaceOf)
      : reply.head.fields;
    const fields = lines.length > 0 ? received.appendedAll(lines) : received;
    const changed = { ...reply, head: { status, reason, fields } };
    return this.#endsConnection ? { ...changed, endsConnection: true } : changed;
  }
}

function isRedirect({ head: { status, fields } }: Reply): boolean {
  return status >= 300 && status < 400 && fields.has("Location");
}
