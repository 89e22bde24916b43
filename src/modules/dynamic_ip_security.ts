import type { SectionElement } from "../config/mod.ts";
import { valuesOf } from "../config/section.ts";
import type { Exchange } from "../contract/exchange.ts";
import { HostError } from "../contract/host_error.ts";
import type { Module } from "../contract/module.ts";
import { clientKey } from "./_client_key.ts";
import { denial, type DenyReason } from "./_deny_action.ts";
import { RequestRate } from "./_request_rate.ts";
import {
  DENY_BY_CONCURRENT_REQUESTS,
  DENY_BY_REQUEST_RATE,
  DYNAMIC_IP_SECURITY,
} from "./dynamic_ip_security_schema.ts";
import type { CompileParts, ModuleSource } from "./module_source.ts";
import { PerSection } from "./per_section.ts";

/**
 * Turns away clients that have too many requests under way, or send them too fast. Places that share a section
 * share the counts.
 *
 * @see IIS section 9.2, M-DIP-1
 */
export const dynamicIpSecurity: ModuleSource = {
  name: "DynamicIpRestrictionModule",
  sections: [DYNAMIC_IP_SECURITY],
  compile({ path, sections }, parts) {
    const section = sections[DYNAMIC_IP_SECURITY.name];
    return section?.place && MODULES.at(path, section, parts);
  },
};

const MODULES = new PerSection(compiled);

/** Counts a request; says why it is one too many. */
type Counting = (x: Exchange, client: string) => readonly [DenyReason, string] | undefined;

function compiled(section: SectionElement, parts: CompileParts): Module | undefined {
  const { denyAction, enableLoggingOnlyMode } = valuesOf(DYNAMIC_IP_SECURITY, section);
  const countings = [rateCounting(section, parts), concurrencyCounting(section)]
    .filter((counting) => counting !== undefined);
  if (countings.length === 0) return undefined;
  return {
    name: dynamicIpSecurity.name,
    request(x) {
      // A page that the host fetches from the site itself was asked for by nobody.
      const client = x.parent ? undefined : clientKey(x.client);
      if (client === undefined) return;
      for (const counting of countings) {
        const found = counting(x, client);
        if (!found) continue;
        const [reason, message] = found;
        const error = new HostError(denial(reason, denyAction), message);
        if (!enableLoggingOnlyMode) throw error;
        reportOnly(x, error, parts);
      }
    },
  };
}

function rateCounting({ children }: SectionElement, { clock }: CompileParts): Counting | undefined {
  const element = children.denyByRequestRate;
  if (!element) return undefined;
  const values = valuesOf(DENY_BY_REQUEST_RATE, element);
  const { enabled, maxRequests, requestIntervalInMilliseconds: intervalMs } = values;
  if (!enabled) return undefined;
  const rate = new RequestRate(intervalMs);
  return ({ client: { address } }, client) => {
    if (rate.count(client, clock.now()) <= maxRequests) return undefined;
    return [
      "client-request-rate",
      `Cannot serve the client "${address}": it may send ${maxRequests} requests in ${intervalMs} ms`,
    ];
  };
}

function concurrencyCounting({ children }: SectionElement): Counting | undefined {
  const element = children.denyByConcurrentRequests;
  if (!element) return undefined;
  const { enabled, maxConcurrentRequests } = valuesOf(DENY_BY_CONCURRENT_REQUESTS, element);
  if (!enabled) return undefined;
  // No more than there are exchanges.
  const underWay = new Map<string, number>();
  return (x, client) => {
    const count = (underWay.get(client) ?? 0) + 1;
    underWay.set(client, count);
    (x.atEnd ??= []).push(() => {
      const left = (underWay.get(client) ?? 0) - 1;
      if (left > 0) underWay.set(client, left);
      else underWay.delete(client);
    });
    if (count <= maxConcurrentRequests) return undefined;
    return [
      "client-requests-at-once",
      `Cannot serve the client "${x.client.address}": ` +
      `it may have ${maxConcurrentRequests} requests under way`,
    ];
  };
}

/** @see IIS M-DIP-1 */
function reportOnly({ id, client }: Exchange, error: HostError, { report }: CompileParts): void {
  const { status, subStatus } = error.failure;
  report?.({
    level: "info",
    name: "client-not-denied",
    message: `Would turn a client away if enableLoggingOnlyMode were off: ${error.message}`,
    facts: { id, status: `${status}.${subStatus}`, code: error.code, client: client.address },
  });
}
