import type { SectionElement, SectionSchema } from "../config/mod.ts";
import { valuesOf } from "../config/section.ts";
import { HostError } from "../contract/host_error.ts";
import type { Module } from "../contract/module.ts";
import { refuse } from "./_problems.ts";
import type { CompileParts, ModuleSource } from "./module_source.ts";
import { PerSection } from "./per_section.ts";

/** `security/access`. @see IIS section 9.5 */
export const ACCESS = {
  name: "security/access",
  doc: "What the connection must be like.",
  attributes: {
    sslFlags: {
      type: "flags",
      values: ["None", "Ssl", "SslNegotiateCert", "SslRequireCert", "SslMapCert", "Ssl128"],
      default: ["None"],
      support: {
        level: "partial",
        note:
          "flags that ask for a client's certificate are refused at load; `Ssl128` is as `Ssl`, for no TLS " +
          "here has shorter keys",
      },
      doc: "`Ssl` and `Ssl128` let nobody in without TLS: 403.4. Where TLS ends at a proxy that " +
        "`--trusted-proxy` names, it is the client's connection to the proxy that counts.",
    },
  },
} as const satisfies SectionSchema;

/**
 * Keeps clients out that come without TLS.
 *
 * @see IIS M-SSL-1 … M-SSL-3
 */
export const access: ModuleSource = {
  name: "AccessModule",
  sections: [ACCESS],
  compile({ path, sections }, parts) {
    const section = sections[ACCESS.name];
    return section?.place && MODULES.at(path, section, parts);
  },
};

const MODULES = new PerSection(compiled);

function compiled(section: SectionElement, parts: CompileParts): Module | undefined {
  const { sslFlags } = valuesOf(ACCESS, section);
  if (sslFlags.some((flag) => flag.endsWith("Cert"))) {
    const what = "Client certificates are not available on this host";
    const right = 'write sslFlags without the flags that end in "Cert"';
    refuse(parts, section.settings.sslFlags?.place, `${what}; ${right}`);
  }
  if (!sslFlags.some((flag) => flag.startsWith("Ssl"))) return undefined;
  return {
    name: access.name,
    request({ client }) {
      if (client.secure) return;
      throw new HostError(
        "tls-required",
        "Cannot serve this without TLS: access/@sslFlags asks for it",
      );
    },
  };
}
