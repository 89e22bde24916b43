import type { FailureCode } from "../src/contract/host_error.ts";

/** What leads to each failure, for `docs/when-it-does-not-start.md`; Markdown, without a full stop at the end. */
export const FAILURE_CAUSES: Readonly<Record<FailureCode, string>> = {
  "start-no-program":
    "The program of `processPath` is not there, or may not be run; the log line lists where it was looked for",
  "start-no-port":
    "No port was free to give to the backend, or `ASPNETCORE_PORT` in `web.config` is none that can be used",
  "start-no-copy": "With `enableShadowCopy`: the copy of the application could not be made",
  "start-not-built": "With `--watch`: `dotnet build` has failed",
  "start-exited":
    "The program ended before it listened. With .NET, exit code 150 means that the runtime version is missing, 131 that there is no runtime, 145 that `arguments` names no application",
  "start-crashed":
    "The program was ended by a signal before it listened: SIGKILL is often want of memory, SIGABRT an unhandled exception, SIGSEGV and SIGILL a library made for another system",
  "start-timeout":
    "The program runs, but did not listen within `startupTimeLimit` (120 s unless `web.config` says otherwise), or listens only on `::1`",
  "start-wrong-port":
    "The program listens on a port of its own choice: `UseUrls`, `Urls` or a Kestrel section in its settings wins over the port it was given",
  "start-port-taken":
    "Somebody else listens on the backend's port. The host sends no request to a port that does not belong to the process it started",
  "backend-refused": "The backend runs and takes no connection",
  "backend-broke":
    "The backend ended the connection, or itself, before its answer was complete, and the request could not be repeated without harm",
  "backend-invalid":
    "The backend's answer is not valid HTTP, its head is larger than 64 KiB, or it has a length that is not true",
  "backend-silent": "Nothing came from the backend for `requestTimeout`",
  "rapid-fail":
    "The backend ended or did not start more than `rapidFailsPerMinute` times (10) in a minute. `Retry-After` says when it is tried again",
  "app-offline":
    "`app_offline.htm` lies in the application folder: its content is the answer, and the backend is stopped",
  "host-stopping": "The host was told to stop",
  "queue-full": "`--limit-waiting` requests wait for the start of the backend already",
  "runtime-disabled": '`<serverRuntime enabled="false" />`',
  "logon-busy":
    "Too many passwords are being checked at this moment, in all or of this client. Each takes long by design",
  "application-busy": "`appConcurrentRequestLimit` requests are being served already",
  "host-bug": "The host met what nobody has foreseen",
  "file-broken":
    "A file that the host serves itself cannot be read: the disk, or a file that keeps changing",
  "configuration-invalid":
    "The `web.config` of a sub-folder, or a section for a place, cannot be used. What is wrong with the application's own `web.config` ends the start instead, with exit code 78",
  "handler-module-missing":
    "The handler that maps the path names a module the host does not have, or one that `<modules>` has taken away",
  "pattern-input-too-long": "A rewrite rule was to be matched against more than 8,192 characters",
  "rewrite-failed": "A rewrite rule made a path, a field or a host name that cannot be one",
  "outbound-rewrite-encoded":
    "An outbound rule is to change an answer that the application has compressed",
  "method-not-implemented": "`CONNECT`",
  "content-not-passed": "`GET` or `HEAD` with content, with `--transport fetch`",
  "version-not-supported": "The request names another version of HTTP than 1.0, 1.1 or 2",
  "outside-path-base": "The path is not below `--path-base`",
  "file-not-found":
    "A file handler maps the path, and no such file is there, or a link leads out of the folder",
  "file-type-unknown": "A file is there, and its extension has no MIME type",
  "no-handler": "No handler of `web.config` maps this path with this method",
  "rewrite-to-other-host": "A rewrite rule made a URL of another host",
  "url-sequence-denied": "The path holds what `denyUrlSequences` names",
  "verb-denied": "`requestFiltering/verbs` does not allow the method",
  "extension-denied":
    "The path ends in an extension that is denied: 44 of them without any setting, `.cs` and `.config` among them",
  "segment-hidden":
    "A segment of the path is hidden: `bin`, `App_Data`, `App_Code`, `web.config` and others without any setting",
  "file-withheld":
    "A file that the host never sends: any `web.config`; in the application folder `appsettings*.json`, `*.deps.json`, `*.runtimeconfig.json`, `*.dll`, `*.exe`, `*.pdb`",
  "file-hidden": "A file or folder whose name begins with a dot; `.well-known` is excepted",
  "url-double-escaped": "The path has a `+`, or is another one when it is decoded twice",
  "url-high-bit": '`allowHighBitCharacters="false"`, and the path has letters outside ASCII',
  "url-too-long": "The path is longer than `maxUrl` (4,096 bytes)",
  "query-too-long": "The query is longer than `maxQueryString` (2,048 bytes)",
  "query-sequence-denied": "The query holds what `denyQueryStringSequences` names",
  "filtering-rule-denied": "A rule of `filteringRules` denies the request",
  "logon-failed": "Basic authentication is on, and name or password are wrong",
  "logon-needed": "Anonymous authentication is off, and the client has not logged on",
  "user-denied": "`security/authorization` does not let this user in",
  "execute-denied": "The handler needs `Script` or `Execute`, and `accessPolicy` does not grant it",
  "read-denied": "The handler needs `Read`, and `accessPolicy` does not grant it",
  "write-denied": "The handler needs `Write`, and `accessPolicy` does not grant it",
  "tls-required": "`access/@sslFlags` asks for TLS, and the client came without",
  "listing-denied": "A folder was asked for that has no default document, and lists are off",
  "rewrite-outside-application": "A rewrite rule made a path that is not below `--path-base`",
  "file-unreadable": "The system does not let the host's user read the file",
  "address-denied": "`ipSecurity` denies the client's address",
  "address-denied-unauthorized": 'As `address-denied`, with `denyAction="Unauthorized"`',
  "address-denied-not-found": 'As `address-denied`, with `denyAction="NotFound"`',
  "address-denied-dropped":
    'As `address-denied`, with `denyAction="AbortRequest"`: the client gets no answer, the status is in the log only',
  "client-requests-at-once":
    "`dynamicIpSecurity`: the client has `maxConcurrentRequests` under way already",
  "client-requests-at-once-unauthorized":
    'As `client-requests-at-once`, with `denyAction="Unauthorized"`',
  "client-requests-at-once-not-found": 'As `client-requests-at-once`, with `denyAction="NotFound"`',
  "client-requests-at-once-dropped":
    'As `client-requests-at-once`, with `denyAction="AbortRequest"`: the client gets no answer, the status is in the log only',
  "client-request-rate":
    "`dynamicIpSecurity`: the client has sent more than `maxRequests` in the interval",
  "client-request-rate-unauthorized": 'As `client-request-rate`, with `denyAction="Unauthorized"`',
  "client-request-rate-not-found": 'As `client-request-rate`, with `denyAction="NotFound"`',
  "client-request-rate-dropped":
    'As `client-request-rate`, with `denyAction="AbortRequest"`: the client gets no answer, the status is in the log only',
  "bad-request":
    "What came is not valid HTTP, or two readers could read it differently. The message names the rule",
  "client-gone": "The client left before its answer was complete. Only with `--log-level debug`",
  "method-not-allowed": "`TRACE` or `TRACK`",
  "file-method":
    "Something else than `GET`, `HEAD` or `OPTIONS` was asked of a file that the host serves itself",
  "request-timeout":
    "The head took longer than `--limit-head-time`, or the content came below `--limit-content-rate`",
  "precondition-failed": "`If-Match` or `If-Unmodified-Since` of the request does not fit the file",
  "entity-too-large": "The content is longer than `maxRequestEntityAllowed`",
  "content-too-long": "The content is longer than `maxAllowedContentLength` (30,000,000 bytes)",
  "target-too-long": "The target is longer than `--limit-target`",
  "range-not-satisfiable": "The client asked for a part that the file does not have",
  "head-too-large":
    "The head is larger than `--limit-head`, or has more than `--limit-fields` fields",
  "field-too-long": "A field is longer than its entry in `headerLimits` allows",
};
