import type { SectionElement } from "../config/mod.ts";
import { valuesOf } from "../config/section.ts";
import type { Exchange } from "../contract/exchange.ts";
import { HostError } from "../contract/host_error.ts";
import type { Module } from "../contract/module.ts";
import { listMembers } from "../http1/mod.ts";
import { refuse, warn } from "./_problems.ts";
import { AUTHORIZATION } from "./authorization_schema.ts";
import type { CompileParts, ModuleSource } from "./module_source.ts";
import { PerSection } from "./per_section.ts";

/**
 * Lets in whom the rules allow.
 *
 * @see IIS M-UA-1 … M-UA-3
 */
export const authorization: ModuleSource = {
  name: "UrlAuthorizationModule",
  sections: [AUTHORIZATION],
  compile({ path, sections }, parts) {
    const section = sections[AUTHORIZATION.name];
    return section?.place && MODULES.at(path, section, parts);
  },
};

const MODULES = new PerSection(compiled);

/** A rule as it is asked. Names and methods in lower case. */
interface Rule {
  readonly isAllowed: boolean;
  readonly isForAll: boolean;
  readonly isForAnonymous: boolean;
  readonly users: ReadonlySet<string>;
  /** Absent for all. */
  readonly verbs: ReadonlySet<string> | undefined;
}

function compiled(section: SectionElement, parts: CompileParts): Module | undefined {
  const rules = section.items.map((item) => ruleOf(item, parts));
  // The sort keeps the order among equals.
  const inOrder = rules.toSorted((a, b) => Number(a.isAllowed) - Number(b.isAllowed));
  const [first] = inOrder;
  if (first?.isAllowed && first.isForAll && !first.verbs) return undefined;
  return {
    name: authorization.name,
    request(x) {
      if (!x.parent && !isLetIn(inOrder, x)) {
        const who = x.user === undefined ? "an anonymous request" : `the user "${x.user}"`;
        const message = `Cannot let in ${who}: security/authorization does not allow it`;
        throw new HostError("user-denied", message);
      }
    },
  };
}

function isLetIn(rules: readonly Rule[], { user, request }: Exchange): boolean {
  const name = user?.toLowerCase();
  const method = request.method.toLowerCase();
  for (const { isForAll, isForAnonymous, users, verbs, isAllowed } of rules) {
    const isMeant = isForAll || (name === undefined ? isForAnonymous : users.has(name));
    if (isMeant && (!verbs || verbs.has(method))) return isAllowed;
  }
  return false;
}

function ruleOf(item: SectionElement, parts: CompileParts): Rule {
  const values = valuesOf(AUTHORIZATION.collection.item, item);
  const isAllowed = values.accessType === "Allow";
  const users = listMembers([values.users.toLowerCase()]);
  const verbs = listMembers([values.verbs.toLowerCase()]);
  if (listMembers([values.roles]).length > 0) judgeRoles(item, isAllowed, parts);
  return {
    isAllowed,
    isForAll: users.includes("*"),
    isForAnonymous: users.includes("?"),
    users: new Set(users),
    verbs: verbs.length > 0 ? new Set(verbs) : undefined,
  };
}

/** What is to be kept out and would come in is refused. */
function judgeRoles(item: SectionElement, isAllowed: boolean, parts: CompileParts): void {
  const place = item.settings.roles?.place;
  if (isAllowed) {
    const what = "No user is in a role on this host, so that this lets nobody in for one";
    return warn(parts, place, `${what}; name the users`);
  }
  const what = "Cannot deny roles: no user is in one on this host, so that nobody would be denied";
  refuse(parts, place, `${what}; name the users`);
}
