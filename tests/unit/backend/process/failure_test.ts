import assert from "node:assert/strict";
import {
  type AttemptFacts,
  describeFault,
  StartFault,
} from "../../../../src/backend/process/failure.ts";
import { maskOf } from "../../../../src/backend/process/output_lines.ts";

const facts: AttemptFacts = {
  processPath: "dotnet",
  arguments: ".\\app.dll --key=s3cret",
  program: "/usr/bin/dotnet",
  folder: "/srv/app",
  port: 20000,
  limitMs: 5000,
  exit: { code: 3, signal: null },
  tail: ["one", "two"],
  mask: maskOf("s3cret"),
};

Deno.test("describeFault() says how a process ended, with all that helps, and no secret", () => {
  assert.deepEqual(describeFault({ is: "exited" }, facts), {
    code: "start-exited",
    message: '"dotnet" ended before it listened on port 20000: exit code 3',
    details: [
      "processPath and arguments: dotnet .\\app.dll --key=********",
      "Program: /usr/bin/dotnet",
      "Working folder: /srv/app",
      "Port: 20000",
      "Exit code 3",
      "Last output:",
      "  one",
      "  two",
    ],
  });
});

Deno.test("describeFault() hides the secret in the message too", () => {
  const { message } = describeFault({ is: "taken" }, { ...facts, processPath: "s3cret" });
  assert.equal(message, 'Port 20000 that "********" was given belongs to another program');
});

Deno.test("describeFault() names who has the port, where that is known (ANCM P-32)", () => {
  const stranger = 'process 7 ("nginx")';
  const { details } = describeFault({ is: "taken" }, { ...facts, stranger });
  assert.equal(details[0], 'Listens there: process 7 ("nginx")');
});

Deno.test("describeFault() names the signal that ended a process, and silence", () => {
  const exit = { code: 139, signal: "SIGSEGV" };
  const { message, details } = describeFault({ is: "exited" }, { ...facts, exit, tail: [] });
  assert.match(message, /: ended by SIGSEGV$/);
  assert.deepEqual(details.slice(-2), ["Ended by SIGSEGV", "Output: none"]);
});

Deno.test("describeFault() knows the exit codes by which .NET says that it is missing", () => {
  const advice = (code: number, command: string, tail: string[]) =>
    describeFault({ is: "exited" }, {
      ...facts,
      processPath: command,
      program: command,
      exit: { code, signal: null },
      tail,
    }).details[0];
  assert.match(advice(150, "/usr/bin/dotnet", []) ?? "", /^The \.NET runtime version it needs/);
  assert.match(advice(131, "/srv/app/app", ["You must install .NET"]) ?? "", /^No \.NET runtime/);
  assert.match(advice(150, "/srv/app/app", ["hello"]) ?? "", /^processPath and arguments/);
  assert.match(advice(1, "/usr/bin/dotnet", []) ?? "", /^processPath and arguments/);
});

for (
  const [exit, code, advice] of [
    [
      { code: 137, signal: "SIGKILL" },
      "start-crashed",
      /^Somebody killed it, often the system for/,
    ],
    [{ code: 137, signal: null }, "start-crashed", /^Somebody killed it, often the system for/],
    [{ code: 134, signal: "SIGABRT" }, "start-crashed", /unhandled exception/],
    [{ code: 134, signal: null }, "start-crashed", /unhandled exception/],
    [{ code: 139, signal: null }, "start-crashed", /native libraries/],
    [{ code: 143, signal: "SIGTERM" }, "start-crashed", /^processPath and arguments/],
    [{ code: 126, signal: null }, "start-exited", /^A shell could not run it/],
    [{ code: 127, signal: null }, "start-exited", /^A shell could not run it/],
    [{ code: 145, signal: null }, "start-exited", /^dotnet did not find the app/],
    [{ code: 0, signal: null }, "start-exited", /^processPath and arguments/],
  ] as const
) {
  Deno.test(`describeFault() tells what it means to end by ${exit.signal ?? exit.code}`, () => {
    const program = exit.code === 145 ? "/usr/bin/dotnet" : "/bin/sh";
    const failure = describeFault({ is: "exited" }, { ...facts, program, exit });
    assert.equal(failure.code, code);
    assert.match(failure.details[0] ?? "", advice);
  });
}

Deno.test("describeFault() takes an exit code of dotnet for no signal", () => {
  const exit = { code: 139, signal: null };
  assert.equal(describeFault({ is: "exited" }, { ...facts, exit }).code, "start-exited");
});

Deno.test("describeFault() says that a program must not go to the background (ANCM P-23)", () => {
  const exit = { code: 0, signal: null };
  const { details } = describeFault({ is: "exited" }, { ...facts, exit, leftOthers: true });
  assert.match(
    details[0] ?? "",
    /^It left other processes behind, which were ended: a program must/,
  );
});

Deno.test("describeFault() tells a late start from one that listens elsewhere (ANCM P-24)", () => {
  const late = (listeners: { address: string; port: number }[]) =>
    describeFault({ is: "late", listeners }, { ...facts, exit: undefined });
  assert.equal(late([]).code, "start-timeout");
  assert.equal(late([]).message, '"dotnet" did not listen on port 20000 within 5 s');
  const wrong = late([{ address: "127.0.0.1", port: 5000 }, { address: "::1", port: 5001 }]);
  assert.equal(wrong.code, "start-wrong-port");
  assert.equal(
    wrong.message,
    '"dotnet" listens on port 5000, not on port 20000 that it was given',
  );
  assert.equal(wrong.details[0], "Listens on: 127.0.0.1:5000, [::1]:5001");
});

Deno.test("describeFault() tells that the right port is open where the host does not connect (ANCM P-22)", () => {
  const listeners = [{ address: "::1", port: 20000 }];
  const { code, details } = describeFault({ is: "late", listeners }, facts);
  assert.equal(code, "start-timeout");
  assert.equal(
    details[0],
    "Listens on: [::1]:20000 (the host connects to 127.0.0.1:20000)",
  );
});

Deno.test("describeFault() says nothing of output where no process ran", () => {
  const fault = new StartFault("start-no-program", "Cannot run it", ["Looked for: /a"]);
  const { code, message, details } = describeFault({ is: "refused", fault }, {
    ...facts,
    program: undefined,
    port: undefined,
    exit: undefined,
    tail: [],
  });
  assert.equal(code, "start-no-program");
  assert.equal(message, "Cannot run it");
  assert.deepEqual(details, [
    "Looked for: /a",
    "processPath and arguments: dotnet .\\app.dll --key=********",
    "Working folder: /srv/app",
  ]);
});

Deno.test("StartFault.from() hides the text of what nobody foresaw", () => {
  const fault = StartFault.from(new TypeError("s3cret"));
  assert.equal(fault.code, "host-bug");
  assert.deepEqual([fault.message, ...fault.details], [
    "Cannot start the backend",
    "Unforeseen: TypeError",
  ]);
});
