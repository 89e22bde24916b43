import type { AttributeSchema, SectionSchema } from "../config/mod.ts";

/** `denyAction`. @see IIS M-IP-2 */
export const DENY_ACTION = {
  type: "enum",
  values: ["Forbidden", "Unauthorized", "NotFound", "AbortRequest"],
  default: "Forbidden",
  doc:
    "What a client that is turned away gets: 403, 401, 404, or nothing, the connection being closed.",
} as const satisfies AttributeSchema;

/** `security/ipSecurity`. @see IIS section 9.1 */
export const IP_SECURITY = {
  name: "security/ipSecurity",
  doc:
    "Addresses that may or may not ask, in order; the first entry that fits decides. Behind a proxy that " +
    "`--trusted-proxy` names, the address is the client's.",
  attributes: {
    allowUnlisted: {
      type: "boolean",
      default: true,
      doc: "Whether an address that no entry fits may ask.",
    },
    enableReverseDns: {
      type: "boolean",
      default: false,
      support: { level: "never", note: "the host asks no name server who a client is" },
      doc: "Whether the names of clients are looked up.",
    },
    enableProxyMode: {
      type: "boolean",
      default: false,
      doc:
        "Whether the addresses in `X-Forwarded-For` are tested beside the client's: one that is turned away is " +
        "enough.",
    },
    denyAction: DENY_ACTION,
  },
  collection: {
    add: "add",
    remove: "remove",
    clear: "clear",
    key: ["ipAddress", "subnetMask", "domainName"],
    duplicates: "error",
    position: "append",
    item: {
      doc: "An address, or a network of them.",
      attributes: {
        ipAddress: { type: "string", default: "", doc: "An IPv4 or IPv6 address." },
        subnetMask: {
          type: "string",
          default: "255.255.255.255",
          doc:
            "The part of it that counts: a mask such as `255.255.0.0`, or the number of its bits. The default is " +
            "the whole address.",
        },
        domainName: {
          type: "string",
          default: "",
          support: {
            level: "partial",
            note:
              "fits nobody, for the host asks no name server; refused at load where `enableReverseDns` makes it " +
              "turn somebody away",
          },
          doc: "The end of the client's name.",
        },
        allowed: { type: "boolean", default: false, doc: "Whether it may ask." },
      },
    },
  },
} as const satisfies SectionSchema;
