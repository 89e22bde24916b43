import type { Failure } from "./failure.ts";

const forbidden = (subStatus: number, remedy: string) =>
  ({ status: 403, subStatus, side: "client", title: "Forbidden", remedy }) as const;

const notFound = (subStatus: number, remedy: string) =>
  ({ status: 404, subStatus, side: "client", title: "Not Found", remedy }) as const;

/** What may go wrong where the host itself serves files. @see IIS sections 8.1, 8.2, 12 */
export const FILE_FAILURES = {
  "execute-denied": forbidden(
    1,
    "Add Script, or Execute for a handler that needs it, to handlers/@accessPolicy in web.config",
  ),
  "read-denied": forbidden(2, "Add Read to handlers/@accessPolicy in web.config"),
  "write-denied": forbidden(3, "Add Write to handlers/@accessPolicy in web.config"),
  "listing-denied": forbidden(
    14,
    'Put a default document into the folder, or write <directoryBrowse enabled="true"/> in web.config',
  ),
  "file-unreadable": forbidden(
    0,
    "Give the host's user the right to read the file and its folders",
  ),
  "file-not-found": notFound(
    0,
    "Put the file there: the host looks below the application folder, not below its wwwroot",
  ),
  "file-type-unknown": notFound(
    3,
    "Add a mimeMap for the extension to system.webServer/staticContent in web.config",
  ),
  "file-withheld": notFound(
    8,
    "Nothing to do: the host sends nobody its configuration nor the files an application starts from",
  ),
  "file-hidden": notFound(
    9,
    "Rename what begins with a dot: the host serves no hidden files, but for .well-known",
  ),
  "file-method": {
    status: 405,
    subStatus: 0,
    side: "client",
    title: "Method Not Allowed",
    remedy: "Use GET or HEAD: a file takes nothing. Map the path to the backend if it is to answer",
  },
  "precondition-failed": {
    status: 412,
    subStatus: 0,
    side: "client",
    title: "Precondition Failed",
    remedy: "Nothing to do: the file is another than the client has",
  },
  "range-not-satisfiable": {
    status: 416,
    subStatus: 0,
    side: "client",
    title: "Range Not Satisfiable",
    remedy: "Ask for bytes that the file has",
  },
  "file-broken": {
    status: 500,
    subStatus: 0,
    side: "host",
    title: "Internal Server Error",
    remedy: "Look at the file and its disk: the host's log line says what the system said",
  },
} as const satisfies Record<string, Failure>;
