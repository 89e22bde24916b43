import type { StartFailure } from "../../contract/directory.ts";
import type { FailureCode } from "../../contract/host_error.ts";
import type { Exit, Listener } from "./child.ts";
import type { Fault } from "./life.ts";

/** Why no process could be started: found before there was one, so trying again changes nothing. */
export class StartFault extends Error {
  override readonly name = "StartFault";

  constructor(
    readonly code: FailureCode,
    message: string,
    readonly details: readonly string[] = [],
  ) {
    super(message);
  }

  /** Gives the fault itself where it is one; anything unforeseen is our bug. Its text may hold a secret. */
  static from(error: unknown): StartFault {
    if (error instanceof StartFault) return error;
    const kind = error instanceof Error ? error.name : typeof error;
    return new StartFault("host-bug", "Cannot start the backend", [`Unforeseen: ${kind}`]);
  }
}

/** What is known about an attempt to start a process. */
export interface AttemptFacts {
  /** `aspNetCore/@processPath` as written. */
  readonly processPath: string;
  /** `aspNetCore/@arguments` as written: what its `%NAME%` stand for may be secret. */
  readonly arguments: string;
  /** Path of the program that was run, where it came so far. */
  readonly program?: string | undefined;
  readonly folder: string;
  readonly port?: number | undefined;
  readonly limitMs: number;
  readonly exit?: Exit | undefined;
  /** Whether something that it had started was there after its end. */
  readonly leftOthers?: boolean;
  /** Who else listens on the port, where that is known. */
  readonly stranger?: string | undefined;
  /** The last lines of output, oldest first. */
  readonly tail: readonly string[];
  /** Hides the pairing token. */
  readonly mask: (text: string) => string;
}

/** Says why an attempt failed, and everything that helps to mend it. */
export function describeFault(fault: Fault, facts: AttemptFacts): StartFailure {
  const { code, message, advice } = judge(fault, facts);
  const output = fault.is === "refused" ? [] : lastOutput(facts.tail);
  const details = [...advice, ...circumstances(facts), ...output];
  return Object.freeze({
    code,
    message: facts.mask(message),
    details: Object.freeze(details.map(facts.mask)),
  });
}

interface Judgement {
  readonly code: FailureCode;
  readonly message: string;
  readonly advice: readonly string[];
}

function judge(fault: Fault, facts: AttemptFacts): Judgement {
  const program = `"${facts.processPath}"`;
  switch (fault.is) {
    case "refused":
      return { code: fault.fault.code, message: fault.fault.message, advice: fault.fault.details };
    case "exited":
      return {
        code: endingSignal(facts) !== undefined ? "start-crashed" : "start-exited",
        message: `${program} ended before it listened on port ${facts.port}: ${
          exitText(facts.exit)
        }`,
        advice: exitAdvice(facts),
      };
    case "taken":
      return {
        code: "start-port-taken",
        message: `Port ${facts.port} that ${program} was given belongs to another program`,
        advice: facts.stranger === undefined ? [] : [`Listens there: ${facts.stranger}`],
      };
    case "late":
      return lateness(fault.listeners, facts);
  }
}

function lateness(listeners: readonly Listener[], facts: AttemptFacts): Judgement {
  const program = `"${facts.processPath}"`;
  const places = listeners.map(placeText).join(", ");
  const elsewhere = listeners.find((listener) => listener.port !== facts.port);
  if (elsewhere !== undefined) {
    return {
      code: "start-wrong-port",
      message: `${program} listens on port ${elsewhere.port}, not on port ${facts.port} ` +
        `that it was given`,
      advice: [`Listens on: ${places}`],
    };
  }
  const unreachable = `Listens on: ${places} (the host connects to 127.0.0.1:${facts.port})`;
  return {
    code: "start-timeout",
    message: `${program} did not listen on port ${facts.port} within ${facts.limitMs / 1000} s`,
    advice: listeners.length > 0 ? [unreachable] : [],
  };
}

/** Gives a listener as `address:port`. */
export function placeText({ address, port }: Listener): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Gives the signal that ended a process, or the program that a shell ran for it. `dotnet` has codes of its own. */
function endingSignal({ exit, program, processPath }: AttemptFacts): string | undefined {
  if (exit === undefined) return undefined;
  return exit.signal ??
    (isDotnet(program ?? processPath) ? undefined : SIGNAL_NUMBERS[exit.code]);
}

const isDotnet = (path: string) => /(^|[\\/])dotnet(\.exe)?$/i.test(path);

/** Gives how a process ended, for people. */
export function exitText(exit: Exit | undefined): string {
  if (exit === undefined) return "it has not ended";
  return exit.signal === null ? `exit code ${exit.code}` : `ended by ${exit.signal}`;
}

/** The exit codes by which .NET's own starter says what is missing, cut to a byte by the system. */
const DOTNET_EXITS = new Map([
  [
    150,
    "The .NET runtime version it needs is not installed: install the version that the output below names, " +
    "or publish the app with --self-contained",
  ],
  [
    131,
    "No .NET runtime was found: install one, set DOTNET_ROOT to its folder, " +
    "or publish the app with --self-contained",
  ],
  [
    145,
    "dotnet did not find the app that it was to run: let arguments name the .dll of the published app",
  ],
]);

/** How a shell ends that cannot run what it was told; the system gives it every file that is no program it knows. */
const SHELL_EXITS = [126, 127];

/** What it mostly means that a signal has ended a process. */
const SIGNAL_ADVICE: Readonly<Record<string, string>> = {
  SIGKILL:
    "Somebody killed it, often the system for want of memory: see the kernel's log (dmesg) and what limits its memory",
  SIGABRT: "It gave up by itself, as .NET does on an unhandled exception: see the output below",
  SIGSEGV: "It crashed: see that its native libraries are made for this system",
  SIGILL: "It crashed: see that it and its native libraries are made for this processor",
  SIGBUS: "It crashed: see that its files were not changed while it ran, and that no disk is full",
};

/** A shell that ran the program gives its signal as an exit code. */
const SIGNAL_NUMBERS: Readonly<Record<number, string>> = {
  132: "SIGILL",
  134: "SIGABRT",
  135: "SIGBUS",
  137: "SIGKILL",
  139: "SIGSEGV",
};

function exitAdvice(facts: AttemptFacts): string[] {
  const advice = exitCause(facts);
  const background = "It left other processes behind, which were ended: " +
    "a program must stay in the foreground until it is told to stop";
  return [
    ...advice === undefined ? [] : [advice],
    ...facts.leftOthers && facts.exit?.code === 0 ? [background] : [],
  ];
}

function exitCause(facts: AttemptFacts): string | undefined {
  const { exit, processPath, program, tail } = facts;
  if (exit === undefined) return undefined;
  const signal = endingSignal(facts);
  if (signal !== undefined) return SIGNAL_ADVICE[signal];
  if (SHELL_EXITS.includes(exit.code)) {
    return "A shell could not run it, or a program that it names: see that each is there, and made for this system and processor";
  }
  const isFromDotnet = isDotnet(program ?? processPath) ||
    tail.some((line) => /\.NET|Framework/.test(line));
  return isFromDotnet ? DOTNET_EXITS.get(exit.code) : undefined;
}

function circumstances(facts: AttemptFacts): string[] {
  const written = [facts.processPath, facts.arguments].filter((text) => text !== "").join(" ");
  const lines = [`processPath and arguments: ${written}`];
  if (facts.program !== undefined) lines.push(`Program: ${facts.program}`);
  lines.push(`Working folder: ${facts.folder}`);
  if (facts.port !== undefined) lines.push(`Port: ${facts.port}`);
  if (facts.exit) lines.push(capital(exitText(facts.exit)));
  return lines;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function lastOutput(tail: readonly string[]): string[] {
  if (tail.length === 0) return ["Output: none"];
  return ["Last output:", ...tail.map((line) => `  ${line}`)];
}
