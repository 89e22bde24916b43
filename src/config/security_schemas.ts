import type { AttributeSchema, SectionSchema, Support } from "./schema.ts";

const REFUSED: Support = {
  level: "partial",
  note:
    "`true` is refused at load: a wish that is not fulfilled must not leave the application open",
};
const NO_ACCOUNTS: Support = { level: "ignored", note: "the host has no Windows accounts" };

/** The `enabled` of a kind of authentication that the host does not have. */
const OFF = {
  type: "boolean",
  default: false,
  support: REFUSED,
  doc: "Whether this kind of authentication is on.",
} as const satisfies AttributeSchema;

const unused = (doc: string) =>
  ({ type: "string", default: "", support: NO_ACCOUNTS, doc }) as const satisfies AttributeSchema;

/** `security/authentication/anonymousAuthentication`. @see ANCM E-13, IIS M-AU-1 */
export const ANONYMOUS_AUTHENTICATION = {
  name: "security/authentication/anonymousAuthentication",
  doc: "Whether requests without credentials are let in.",
  attributes: {
    enabled: {
      type: "boolean",
      default: true,
      support: {
        level: "partial",
        note:
          "`false` is refused at load: the host has no other authentication, so nobody could get in",
      },
      doc: "Whether this kind of authentication is on.",
    },
    userName: unused("The account that anonymous requests run under."),
    password: { ...unused("Its password."), secret: true },
    defaultLogonDomain: unused("The domain of that account."),
    logonMethod: unused("How that account logs on."),
  },
} as const satisfies SectionSchema;

/** `security/authentication/basicAuthentication`. @see ANCM E-13 */
export const BASIC_AUTHENTICATION = {
  name: "security/authentication/basicAuthentication",
  doc: "User name and password in every request.",
  attributes: {
    enabled: OFF,
    realm: unused("The name that the browser shows."),
    defaultLogonDomain: unused("The domain of user names without one."),
    logonMethod: unused("How accounts log on."),
  },
} as const satisfies SectionSchema;

/** `security/authentication/windowsAuthentication`. @see ANCM E-13, M-18 */
export const WINDOWS_AUTHENTICATION = {
  name: "security/authentication/windowsAuthentication",
  doc: "Kerberos or NTLM. Not available on this host; let the application authenticate its users.",
  attributes: {
    enabled: OFF,
    authPersistSingleRequest: unused("Whether each request authenticates anew."),
    authPersistNonNTLM: unused("Whether Kerberos credentials are kept for the connection."),
    useKernelMode: unused("Whether the kernel authenticates."),
    useAppPoolCredentials: unused("Whether the pool's account decrypts tickets."),
  },
  children: {
    providers: {
      doc: "The protocols offered.",
      support: NO_ACCOUNTS,
      collection: {
        add: "add",
        remove: "remove",
        clear: "clear",
        key: ["value"],
        duplicates: "error",
        position: "append",
        builtIn: [{ value: "Negotiate" }, { value: "NTLM" }],
        item: {
          doc: "One protocol.",
          attributes: { value: { type: "string", required: true, doc: "Its name." } },
        },
      },
    },
    extendedProtection: {
      doc: "Channel binding.",
      support: NO_ACCOUNTS,
      attributes: {
        tokenChecking: unused("Whether tokens are bound to the channel."),
        flags: unused("How they are bound."),
      },
      collection: {
        add: "spn",
        remove: "removeSpn",
        clear: "clearSpns",
        key: ["name"],
        duplicates: "error",
        position: "append",
        item: {
          doc: "One service name.",
          attributes: { name: { type: "string", required: true, doc: "Its name." } },
        },
      },
    },
  },
} as const satisfies SectionSchema;

/** `security/authentication/digestAuthentication`. */
export const DIGEST_AUTHENTICATION = {
  name: "security/authentication/digestAuthentication",
  doc: "Digest credentials. Not available on this host.",
  attributes: { enabled: OFF, realm: unused("The name that the browser shows.") },
} as const satisfies SectionSchema;

/** `security/access`. @see IIS M-SSL-1 */
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
          "flags that ask for client certificates are refused at load; `Ssl` and `Ssl128` have no " +
          "effect yet and warn",
      },
      doc: "`Ssl` requires TLS, `Ssl…Cert` a client's certificate.",
    },
  },
} as const satisfies SectionSchema;
