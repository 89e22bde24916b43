import type { AttributeSchema, SectionSchema, Support } from "../../config/mod.ts";

const NO_ACCOUNTS: Support = { level: "ignored", note: "the host has no Windows accounts" };

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
      doc: "Whether this kind of authentication is on. Where no kind is, every request is " +
        "answered with 401.2.",
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
  doc: "User name and password in every request, checked against the file that " +
    "`--basic-auth-file` names, as `htpasswd -B` makes it. The application gets the " +
    "`Authorization` field, too. Let clients in by https only: the password can be read from the request.",
  attributes: {
    enabled: {
      type: "boolean",
      default: false,
      support: {
        level: "partial",
        note: "without `--basic-auth-file`, `true` is refused at load",
      },
      doc:
        "Whether this kind of authentication is on. A request with wrong credentials is answered " +
        "with 401.1, also where anonymous requests are let in; one without credentials, where they are not, with 401.2.",
    },
    realm: {
      type: "string",
      default: "",
      doc: "The name that the client shows, `Application` where it is empty.",
    },
    defaultLogonDomain: unused("The domain of user names without one."),
    logonMethod: unused("How accounts log on."),
  },
} as const satisfies SectionSchema;
