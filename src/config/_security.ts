import type { AppConfig } from "./app_config.ts";
import type { EffectiveLocation } from "./_locations.ts";
import type { Place, ProblemList } from "./problem.ts";
import {
  ACCESS,
  ANONYMOUS_AUTHENTICATION,
  BASIC_AUTHENTICATION,
  DIGEST_AUTHENTICATION,
  WINDOWS_AUTHENTICATION,
} from "./security_schemas.ts";
import { valuesOf } from "./section.ts";

/** Why a kind of authentication cannot be had, and what to do instead. */
const REFUSED = [
  {
    schema: WINDOWS_AUTHENTICATION,
    message: "Windows authentication is not available on this host; let the application " +
      'authenticate its users, or write enabled="false"',
  },
  {
    schema: BASIC_AUTHENTICATION,
    message: "Basic authentication is not available on this host yet; let the application " +
      'authenticate its users, or write enabled="false"',
  },
  {
    schema: DIGEST_AUTHENTICATION,
    message: "Digest authentication is not available on this host; let the application " +
      'authenticate its users, or write enabled="false"',
  },
] as const;

/**
 * Refuses every wish for protection that the host cannot fulfil: serving the application all the
 * same would leave it open.
 *
 * @param checked the names of the sections that nobody else looks at
 */
export function refuseUnprotected(
  locations: readonly EffectiveLocation[],
  checked: ReadonlySet<string>,
  problems: ProblemList,
): void {
  const told = new Set<Place>(); // what is inherited is told once
  const tell = (place: Place | undefined, severity: "error" | "warning", message: string) => {
    if (!place || told.has(place)) return;
    told.add(place);
    problems[severity](place, message);
  };
  for (const { sections } of locations) {
    for (const { schema, message } of REFUSED) {
      const enabled = sections[schema.name]?.settings.enabled;
      if (checked.has(schema.name) && enabled?.value === true) {
        tell(enabled.place, "error", message);
      }
    }
    const anonymous = sections[ANONYMOUS_AUTHENTICATION.name]?.settings.enabled;
    if (checked.has(ANONYMOUS_AUTHENTICATION.name) && anonymous?.value === false) {
      const what = "Anonymous authentication cannot be turned off, the host has no other yet";
      tell(anonymous.place, "error", `${what}; let the application authenticate its users`);
    }
    const access = sections[ACCESS.name];
    if (!access || !checked.has(ACCESS.name)) continue;
    const { sslFlags } = valuesOf(ACCESS, access);
    const place = access.settings.sslFlags?.place;
    if (sslFlags.some((flag) => flag.endsWith("Cert"))) {
      const what = "Client certificates are not available on this host";
      tell(place, "error", `${what}; write sslFlags without the flags that end in "Cert"`);
    } else if (sslFlags.some((flag) => flag !== "None")) {
      const what = "SECURITY: sslFlags has no effect yet, plain HTTP is let in";
      tell(place, "warning", `${what}; do not rely on it, listen on https only`);
    }
  }
}

/** What the backend is told of authentication: whatever else is asked for has been refused. */
export const AUTHENTICATION: AppConfig["authentication"] = {
  windows: false,
  basic: false,
  anonymous: true,
};
