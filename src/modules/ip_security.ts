import type { SectionElement } from "../config/mod.ts";
import { quoted } from "../config/problem.ts";
import { valuesOf } from "../config/section.ts";
import type { Exchange } from "../contract/exchange.ts";
import { HostError } from "../contract/host_error.ts";
import { type IpAddress, parseIpAddress } from "../contract/ip_address.ts";
import type { Module } from "../contract/module.ts";
import { listMembers } from "../http1/mod.ts";
import { denial } from "./_deny_action.ts";
import { isWithin, type Network, parseNetwork } from "./_network.ts";
import { refuse, warn } from "./_problems.ts";
import { IP_SECURITY } from "./ip_security_schema.ts";
import type { CompileParts, ModuleSource } from "./module_source.ts";
import { PerSection } from "./per_section.ts";

/**
 * Turns clients away by their address.
 *
 * @see IIS M-IP-1 … M-IP-6
 */
export const ipSecurity: ModuleSource = {
  name: "IpRestrictionModule",
  sections: [IP_SECURITY],
  compile({ path, sections }, parts) {
    const section = sections[IP_SECURITY.name];
    return section?.place && MODULES.at(path, section, parts);
  },
};

const MODULES = new PerSection(compiled);

/** An entry of the list. */
interface Entry extends Network {
  readonly isAllowed: boolean;
}

function compiled(section: SectionElement, parts: CompileParts): Module | undefined {
  const { allowUnlisted, denyAction, enableProxyMode } = valuesOf(IP_SECURITY, section);
  const entries = section.items.flatMap((item) => entryOf(item, section, parts) ?? []);
  if (allowUnlisted && entries.every(({ isAllowed }) => isAllowed)) return undefined;
  const code = denial("address-denied", denyAction);
  const isAllowed = (text: string) => {
    const address = addressOf(text);
    const entry = address && entries.find((one) => isWithin(one, address));
    return entry?.isAllowed ?? allowUnlisted;
  };
  return {
    name: ipSecurity.name,
    request(x) {
      const denied = enableProxyMode
        ? [x.client.address, ...forwardedFor(x)].find((text) => !isAllowed(text))
        : isAllowed(x.client.address)
        ? undefined
        : x.client.address;
      if (denied === undefined) return;
      throw new HostError(code, `Cannot serve the client ${quoted(denied)}: ipSecurity denies it`);
    },
  };
}

function entryOf(
  item: SectionElement,
  section: SectionElement,
  parts: CompileParts,
): Entry | undefined {
  const { ipAddress, subnetMask, domainName, allowed } = valuesOf(
    IP_SECURITY.collection.item,
    item,
  );
  if (ipAddress === "" && domainName !== "") {
    const isMeant = !allowed && section.settings.enableReverseDns?.value === true;
    const what = `Domain name ${quoted(domainName)} fits nobody, for the host looks up no names`;
    (isMeant ? refuse : warn)(parts, item.place, `${what}; write the addresses`);
    return undefined;
  }
  const network = parseNetwork(ipAddress, subnetMask);
  if (network) return { ...network, isAllowed: allowed };
  const what = `Invalid address ${quoted(ipAddress)} with subnetMask ${quoted(subnetMask)}`;
  refuse(
    parts,
    item.place,
    `${what}; write them such as "10.0.0.0" and "255.0.0.0", or "fd00::" and "8"`,
  );
}

/** Without the zone that says on which of our networks a link-local address lies. */
function addressOf(text: string): IpAddress | undefined {
  return parseIpAddress(text.split("%", 1)[0] ?? "");
}

/** Gives the addresses that the request says it came through, without their ports. @see IIS M-IP-4 */
function forwardedFor({ received }: Exchange): string[] {
  return listMembers(received.fields.getAll("X-Forwarded-For")).map((member) => {
    const [, v6, v4] = /^\[([^\]]*)\](?::\d+)?$|^([\d.]+):\d+$/.exec(member) ?? [];
    return v6 ?? v4 ?? member;
  });
}
