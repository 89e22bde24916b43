import type { LocationConfig } from "../../config/mod.ts";
import type { Awaitable, Exchange, Fields, Reply } from "../../contract/exchange.ts";
import { HostError } from "../../contract/host_error.ts";
import type { Module } from "../../contract/module.ts";
import { clientKey } from "../_client_key.ts";
import { refuse, warn } from "../_problems.ts";
import type { ModuleSource } from "../module_source.ts";
import { basicToken } from "./_credentials.ts";
import type { Accounts } from "./accounts.ts";
import { ANONYMOUS_AUTHENTICATION, BASIC_AUTHENTICATION } from "./schema.ts";

const DEFAULT_REALM = "Application";

/**
 * Finds out who clients are that give name and password.
 *
 * @see IIS M-AU-2, M-AU-3
 */
export const basicAuthentication: ModuleSource = {
  name: "BasicAuthenticationModule",
  sections: [BASIC_AUTHENTICATION],
  compile({ sections }, parts) {
    const section = sections[BASIC_AUTHENTICATION.name];
    if (section?.settings.enabled?.value !== true) return undefined;
    const realm = String(section.settings.realm?.value ?? "");
    if (parts.accounts) return new BasicModule(parts.accounts, realm);
    const what = "Basic authentication needs accounts";
    const right = 'name a file of them with --basic-auth-file, or write enabled="false"';
    refuse(parts, section.settings.enabled.place, `${what}; ${right}`);
    return undefined;
  },
};

/** Nobody but those who have shown who they are. */
const ONLY_USERS: Module = {
  name: "AnonymousAuthenticationModule",
  request({ user, parent }) {
    if (user !== undefined || parent) return;
    throw new HostError("logon-needed", "Cannot let this in: anonymous authentication is off");
  },
};

/**
 * Keeps anonymous requests out where they are not wanted. To come behind all other kinds of authentication.
 *
 * @see IIS M-AU-1
 */
export const anonymousAuthentication: ModuleSource = {
  name: "AnonymousAuthenticationModule",
  sections: [ANONYMOUS_AUTHENTICATION, BASIC_AUTHENTICATION],
  removed: ONLY_USERS,
  compile(location, parts) {
    const { isEnabled, place, isOnly } = anonymous(location);
    if (isEnabled) return undefined;
    if (isOnly) {
      const what =
        "No kind of authentication is enabled, so that every request is answered with 401.2";
      warn(parts, place, `${what}; write enabled="true", or enable basicAuthentication`);
    }
    return ONLY_USERS;
  },
};

function anonymous({ sections }: LocationConfig) {
  const enabled = sections[ANONYMOUS_AUTHENTICATION.name]?.settings.enabled;
  const basic = sections[BASIC_AUTHENTICATION.name]?.settings.enabled;
  return {
    isEnabled: enabled?.value !== false,
    place: enabled?.place,
    isOnly: basic?.value !== true,
  };
}

class BasicModule implements Module {
  readonly name = "BasicAuthenticationModule";
  readonly #accounts: Accounts;
  readonly #challenge: string;

  constructor(accounts: Accounts, realm: string) {
    this.#accounts = accounts;
    this.#challenge = `Basic realm="${quotable(realm || DEFAULT_REALM)}", charset="UTF-8"`;
  }

  request(x: Exchange): Awaitable<void> {
    if (x.parent) return; // a page that the host fetches for somebody is nobody's request
    const authorization = x.request.fields.get("Authorization");
    const token = authorization === undefined ? undefined : basicToken(authorization);
    if (token === undefined) return;
    if (token === "malformed") return enter(x, undefined);
    const user = this.#accounts.verify(token, clientKey(x.client) ?? "");
    return user instanceof Promise ? user.then((user) => enter(x, user)) : enter(x, user);
  }

  /** Who is not let in is told how to get in, by whomever it was refused. */
  response(_x: Exchange, reply: Reply): Reply {
    const { status, reason, fields } = reply.head;
    if (status !== 401 || reply.isDropped || !isAboutUser(reply) || isChallenged(fields)) {
      return reply;
    }
    const challenged = fields.appended("WWW-Authenticate", this.#challenge);
    return { ...reply, head: { status, reason, fields: challenged } };
  }
}

function enter(x: Exchange, user: string | undefined): void {
  if (user === undefined) {
    throw new HostError("logon-failed", "Cannot log on: the name or the password is wrong");
  }
  x.user = user;
}

/** Other modules refuse with 401, too, what no logon changes. */
function isAboutUser({ error }: Reply): boolean {
  return !error || [1, 2].includes(error.failure.subStatus);
}

function isChallenged(fields: Fields): boolean {
  return fields.getAll("WWW-Authenticate").some((value) => /(?:^|,)\s*Basic\b/i.test(value));
}

/** Makes text fit between quotes of a field. @see RFC 9110 §5.6.4 */
function quotable(text: string): string {
  return text.replace(/[^ -~]/g, "?").replace(/["\\]/g, "\\$&");
}
