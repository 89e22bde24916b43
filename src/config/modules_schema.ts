import type { SectionSchema } from "./schema.ts";

const NOTHING = { level: "ignored", note: "no module of this host runs managed code" } as const;

/** The modules of IIS that this host has, by their IIS names. @see IIS M-MO-2 */
export const HOST_MODULES: readonly string[] = [
  "HttpCacheModule",
  "DynamicCompressionModule",
  "StaticCompressionModule",
  "DefaultDocumentModule",
  "DirectoryListingModule",
  "ProtocolSupportModule",
  "StaticFileModule",
  "AnonymousAuthenticationModule",
  "BasicAuthenticationModule",
  "WindowsAuthenticationModule",
  "UrlAuthorizationModule",
  "RequestFilteringModule",
  "IpRestrictionModule",
  "DynamicIpRestrictionModule",
  "CustomErrorModule",
  "HttpLoggingModule",
  "FailedRequestsTracingModule",
  "HttpRedirectionModule",
  "WebSocketModule",
  "ApplicationInitializationModule",
  "AspNetCoreModule",
  "AspNetCoreModuleV2",
  "RewriteModule",
];

/** The only ones of them that IIS lets a web.config take away. @see IIS M-MO-3 */
export const UNLOCKED_MODULES: ReadonlySet<string> = new Set(["RewriteModule"]);

/**
 * The section `system.webServer/modules`. The `doc` texts are the user's documentation.
 *
 * @see IIS M-MO-1 … M-MO-4
 */
export const MODULES = {
  name: "modules",
  scope: "application",
  doc:
    "Which modules act. What is taken away here does nothing, whatever its section says; a request whose handler " +
    "needs it is answered with 500.21. Without any authentication module nobody gets in (401.2). To take away a " +
    "module that the host does not have, such as `WebDAVModule`, is silent.",
  attributes: {
    runAllManagedModulesForAllRequests: {
      type: "boolean",
      default: false,
      support: NOTHING,
      doc: "Whether managed modules see every request.",
    },
    runManagedModulesForWebDavRequests: {
      type: "boolean",
      default: false,
      support: NOTHING,
      doc: "Whether they see those of WebDAV.",
    },
  },
  collection: {
    add: "add",
    remove: "remove",
    clear: "clear",
    key: ["name"],
    duplicates: "error",
    position: "append",
    builtIn: HOST_MODULES.map((name) => ({ name })),
    item: {
      doc:
        "`<clear/>` takes all away: add again those that shall act, `AspNetCoreModuleV2` above all. A module with a " +
        "`type` is managed code and has no effect.",
      attributes: {
        name: {
          type: "string",
          required: true,
          nonEmpty: true,
          caseSensitive: true,
          doc: "Name of the module in IIS, with its case.",
        },
        type: { type: "string", default: "", support: NOTHING, doc: "Class of a managed module." },
        preCondition: {
          type: "string",
          default: "",
          support: { level: "ignored", note: "a module of this host acts wherever it is named" },
          doc: "Conditions on the worker process, separated by commas.",
        },
      },
    },
  },
} as const satisfies SectionSchema;
