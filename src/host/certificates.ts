import type { Report } from "../contract/event.ts";
import { systemClock } from "../contract/clock.ts";
import { isSecureUrl } from "../server/listener.ts";
import {
  certificateDateEvent,
  type CertificateSource,
  developmentCertificate,
  developmentCertificateEvent,
  loadCertificate,
  type TlsMaterial,
} from "../server/tls_certificate.ts";

/** Gives the certificate of the https listeners, where there are any. */
export async function certificateFor(
  urls: readonly string[],
  source: CertificateSource | undefined,
  report: Report,
): Promise<TlsMaterial | undefined> {
  if (!urls.some(isSecureUrl)) return undefined;
  const now = systemClock.date();
  const material = source ? await loadCertificate(source) : await developmentCertificate(now);
  const event = source
    ? certificateDateEvent(material, now)
    : developmentCertificateEvent(material);
  if (event) report(event);
  return material;
}

/** Gives the port of the https listeners, where they have one and no other. @see ANCM E-17 */
export function onlyPort(urls: readonly string[]): number | undefined {
  const ports = new Set(
    urls.filter((url) => url.startsWith("https://")).map((url) => Number(url.split(":").at(-1))),
  );
  return ports.size === 1 ? [...ports][0] : undefined;
}
