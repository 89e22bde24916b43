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

/** `security/authentication/windowsAuthentication`. @see ANCM E-13, M-18 */
export const WINDOWS_AUTHENTICATION = {
  name: "security/authentication/windowsAuthentication",
  doc: "Kerberos or NTLM. Not available on this host; let the application authenticate its users.",
  support: REFUSED,
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
  support: REFUSED,
  attributes: { enabled: OFF, realm: unused("The name that the browser shows.") },
} as const satisfies SectionSchema;
