import type { SectionSchema } from "../config/mod.ts";

/** `security/authorization`. @see IIS section 9.4 */
export const AUTHORIZATION = {
  name: "security/authorization",
  doc:
    "Who may ask for what. All rules that deny are tried first, those of a parent before those of " +
    "deeper places, then all that allow; the first that fits decides, and whom none fits is denied " +
    "(401.2). `<clear/>` before own rules takes away the built-in one that allows everybody.",
  attributes: {
    bypassLoginPages: {
      type: "boolean",
      default: true,
      support: { level: "ignored", note: "the host has no logon pages" },
      doc: "Whether logon pages are open to all.",
    },
  },
  collection: {
    add: "add",
    remove: "remove",
    clear: "clear",
    key: ["users", "roles", "verbs"],
    duplicates: "error",
    position: "append",
    builtIn: [{ accessType: "Allow", users: "*" }],
    item: {
      doc: "One rule. It fits where one of its users (or roles) and one of its verbs do.",
      attributes: {
        accessType: {
          type: "enum",
          values: ["Allow", "Deny"],
          required: true,
          doc: "What becomes of a request that it fits.",
        },
        users: {
          type: "string",
          default: "",
          doc:
            "Names separated by commas, letter case aside. `*` is everybody, `?` every anonymous request.",
        },
        roles: {
          type: "string",
          default: "",
          support: {
            level: "partial",
            note:
              "nobody is in a role: a rule that allows roles lets none of them in, one that denies " +
              "roles is refused at load",
          },
          doc: "Groups of users, separated by commas.",
        },
        verbs: {
          type: "string",
          default: "",
          doc: "Methods separated by commas, letter case aside; all where it is empty.",
        },
      },
    },
  },
} as const satisfies SectionSchema;
