import type { SectionSchema } from "./schema.ts";

/** What `%NAME%` means, for the attributes that take it. */
const EXPANDED = "`%NAME%` is replaced by that variable of the host's own environment " +
  "(in any case of letters); an unknown name stays as it is.";

/**
 * The section `system.webServer/aspNetCore`. The `doc` texts are the user's documentation.
 *
 * @see ANCM C-10 … C-33
 */
export const ASP_NET_CORE = {
  name: "aspNetCore",
  scope: "application",
  doc: "Which program serves the application, and how it is started, watched and stopped.",
  attributes: {
    processPath: {
      type: "string",
      nonEmpty: true,
      expanded: true,
      doc:
        "The program to start: `dotnet`, or the application's own executable. A path is relative to " +
        "the application folder; `\\` and `/` both separate on every platform, and `.\\App.exe` is " +
        "found as `App` where there is no such file. A bare name is a file of the application folder " +
        `if there is one, else searched in \`PATH\`. Required. ${EXPANDED} ` +
        "`ANCM_LAUNCHER_PATH` in the host's environment replaces the whole value.",
    },
    arguments: {
      type: "string",
      default: "",
      expanded: true,
      doc:
        "The program's arguments, split by the quoting rules of Windows on every platform, never " +
        `by a shell: blanks separate, \`&quot;\` holds together. ${EXPANDED} Beyond what IIS does, ` +
        "`%PORT%`, `%ASPNETCORE_PORT%` and `%HTTP_PLATFORM_PORT%` stand for the backend's port, so that " +
        "any program can be told where to listen. `ANCM_LAUNCHER_ARGS` in the host's environment " +
        "replaces the whole value.",
    },
    hostingModel: {
      type: "enum",
      values: ["inprocess", "outofprocess"],
      default: "outofprocess",
      emptyIsDefault: true,
      support: { level: "partial", note: "`inprocess` is served out of process all the same" },
      doc: "How IIS hosts the application. This host always runs it as a process of its own; an " +
        "application made with the default builders works either way.",
    },
    startupTimeLimit: {
      type: "uint",
      unit: "seconds",
      default: 120,
      max: 3600,
      doc:
        "How long the program may take from its start until it listens. 0 is no time at all, not " +
        "endless time.",
    },
    shutdownTimeLimit: {
      type: "uint",
      unit: "seconds",
      default: 10,
      max: 600,
      doc:
        "How long the program may take to end after it was asked to. Then it is killed; 0 kills " +
        "it at once.",
    },
    rapidFailsPerMinute: {
      type: "uint",
      default: 10,
      max: 100,
      doc:
        "How often the program may crash, or fail to start, within a minute. Once more, and nothing is " +
        "started for the rest of that minute: requests get 503 with `Retry-After`, then one start is tried.",
    },
    requestTimeout: {
      type: "timeSpan",
      default: 120_000,
      maxMs: 1_296_000_000,
      doc: "How long the backend may be silent while a request waits for it, as `hh:mm:ss` or " +
        "`d.hh:mm:ss`. `00:00:00` is no limit.",
    },
    stdoutLogEnabled: {
      type: "boolean",
      default: false,
      doc: "Whether the program's output is written to a file, beside the host's own log.",
    },
    stdoutLogFile: {
      type: "string",
      default: ".\\aspnetcore-stdout",
      nonEmpty: true,
      expanded: true,
      doc: "Beginning of the log file's path, relative to the application folder: " +
        "`_yyyyMMddHHmmss_PID.log` is appended, date and time (UTC) of the start and the host's process id. " +
        "Missing folders are made. `stdoutLogMaxSize`, `stdoutLogMaxAge` and `stdoutLogFilesKept` among the " +
        `names of handlerSetting bound it. Must not be empty, even while logging is off. ${EXPANDED}`,
    },
    processesPerApplication: {
      type: "uint",
      default: 1,
      min: 1,
      max: 100,
      doc: "How many processes share the work, each on a port of its own; one where " +
        "`environmentVariables` fixes `ASPNETCORE_PORT`.",
    },
    forwardWindowsAuthToken: {
      type: "boolean",
      default: true,
      support: {
        level: "ignored",
        note: "there is no Windows authentication whose token could be passed",
      },
      doc: "Whether the backend is given the Windows user's token.",
    },
    disableStartUpErrorPage: {
      type: "boolean",
      default: false,
      doc:
        "Whether a start that failed is answered with a plain 502.3 instead of the page that explains it.",
    },
  },
  children: {
    environmentVariables: {
      doc:
        "Variables that the program gets beside those of the host's own environment; they win over " +
        "inherited ones of the same name.",
      collection: {
        add: "environmentVariable",
        clear: "clear",
        key: ["name"],
        duplicates: "kept",
        position: "append",
        item: {
          doc: "One variable. Where a name repeats, whatever its case, the last one counts.",
          attributes: {
            name: {
              type: "string",
              required: true,
              nonEmpty: true,
              doc: "The variable's name. Not expanded.",
            },
            value: {
              type: "string",
              required: true,
              expanded: true,
              secret: true,
              doc:
                `The variable's value; may be empty. ${EXPANDED} Variables of this list do not see each ` +
                "other. Never shown in a log, a page or an error.",
            },
          },
        },
      },
    },
    handlerSettings: {
      doc:
        "Settings without an attribute of their own. Names and `true`/`false` are compared without " +
        "regard to case; the first one of a name counts.",
      collection: {
        add: "handlerSetting",
        clear: "clear",
        key: ["name"],
        duplicates: "kept",
        position: "append",
        item: {
          doc: "One setting.",
          attributes: {
            name: {
              type: "string",
              required: true,
              nonEmpty: true,
              doc: "One of the names below.",
            },
            value: { type: "string", required: true, doc: "Its value." },
          },
        },
      },
    },
    recycleOnFileChange: {
      doc: "Files whose change recycles the application, once they have stayed as they are for a " +
        "second. In IIS it has no effect.",
      collection: {
        add: "file",
        clear: "clear",
        key: ["path"],
        duplicates: "kept",
        position: "append",
        item: {
          doc: "One file.",
          attributes: {
            path: {
              type: "string",
              required: true,
              nonEmpty: true,
              expanded: true,
              doc:
                "Path of the file, there or not: relative to the application folder, or absolute; " +
                `the case of the last name does not count. ${EXPANDED}`,
            },
          },
        },
      },
    },
  },
} as const satisfies SectionSchema;
