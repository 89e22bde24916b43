import type { AppConfig } from "./app_config.ts";
import type { EffectiveLocation } from "./_locations.ts";
import type { Place, ProblemList } from "./problem.ts";
import type { SectionElement } from "./section.ts";
import { DIGEST_AUTHENTICATION, WINDOWS_AUTHENTICATION } from "./security_schemas.ts";

/** Why a kind of authentication cannot be had, and what to do instead. */
const REFUSED = [
  {
    schema: WINDOWS_AUTHENTICATION,
    message: "Windows authentication is not available on this host; let the application " +
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
  const refuse = (place: Place | undefined, message: string) => {
    if (!place || told.has(place)) return;
    told.add(place);
    problems.error(place, message);
  };
  for (const { sections } of locations) {
    for (const { schema, message } of REFUSED) {
      const enabled = sections[schema.name]?.settings.enabled;
      if (checked.has(schema.name) && enabled?.value === true) {
        refuse(enabled.place, message);
      }
    }
  }
}

/**
 * Gives what the backend is told of authentication.
 *
 * @param sections of the application itself
 * @see ANCM E-13
 */
export function authenticationOf(
  sections: Readonly<Record<string, SectionElement>>,
): AppConfig["authentication"] {
  const enabled = (kind: string) =>
    sections[`security/authentication/${kind}Authentication`]?.settings.enabled?.value;
  return {
    windows: false, // or it has been refused
    basic: enabled("basic") === true,
    anonymous: enabled("anonymous") !== false,
  };
}
