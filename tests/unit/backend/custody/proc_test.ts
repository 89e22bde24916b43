import assert from "node:assert/strict";
import {
  familyOf,
  parseListeners,
  parseStat,
  type ProcessRow,
} from "../../../../src/backend/custody/_proc.ts";

Deno.test("parseStat() reads past brackets and spaces in a program's name", () => {
  const rest = "S 10 20 30 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 72915 0 0";
  assert.deepEqual(parseStat(`42 (a) S 1 (b) ${rest}\n`), {
    pid: 42,
    parent: 10,
    group: 20,
    session: 30,
    state: "S",
    startTime: 72915,
  });
  assert.equal(parseStat(""), undefined);
});

Deno.test("parseListeners() reads the listening sockets of both tables, addresses as people write them", () => {
  const line = (local: string, state: string, inode: number) =>
    `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  0  0 ${inode} 1 0 100 0 0 10 0`;
  const table = [
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
    line("0100007F:1F90", "0A", 1),
    line("0100007F:1F91", "01", 2),
    line("00000000:0050", "0A", 3),
    line("00000000000000000000000000000000:0051", "0A", 4),
    line("00000000000000000000000001000000:0052", "0A", 5),
    line("0000000000000000FFFF00000100007F:0053", "0A", 6),
    line("B80D0120000000000000000001000000:0054", "0A", 7),
    "",
  ].join("\n");
  assert.deepEqual(parseListeners(table), [
    { address: "127.0.0.1", port: 8080, inode: "1" },
    { address: "0.0.0.0", port: 80, inode: "3" },
    { address: "::", port: 81, inode: "4" },
    { address: "::1", port: 82, inode: "5" },
    { address: "127.0.0.1", port: 83, inode: "6" },
    { address: "2001:db8::1", port: 84, inode: "7" },
  ]);
});

Deno.test("familyOf() finds group, session and descendants, and no dead ones (ANCM P-25)", () => {
  const row = (pid: number, parent: number, group: number, session: number, state = "S") =>
    ({ pid, parent, group, session, state, startTime: 0 }) satisfies ProcessRow;
  const rows = [
    row(1, 0, 1, 1),
    row(105, 104, 105, 105), // listed before its parent, in a session of its own
    row(100, 50, 100, 100, "Z"),
    row(101, 1, 100, 100), // its parent has ended
    row(102, 1, 102, 100), // a job of its own in the same session
    row(103, 101, 100, 100, "Z"),
    row(104, 101, 104, 104),
    row(200, 50, 200, 200),
  ];
  assert.deepEqual(familyOf(rows, 100).map(({ pid }) => pid), [105, 101, 102, 104]);
});
