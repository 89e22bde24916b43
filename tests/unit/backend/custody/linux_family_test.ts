import assert from "node:assert/strict";
import { answering } from "../../../../src/backend/custody/_linux_family.ts";

Deno.test("answering() gives the sockets of which the system chooses one for 127.0.0.1 (ANCM P-25)", () => {
  const row = (address: string, inode: string) => ({ address, port: 5000, inode });
  const [all6, all4, own, second, other] = [
    row("::", "1"),
    row("0.0.0.0", "2"),
    row("127.0.0.1", "3"),
    row("127.0.0.1", "4"),
    row("::1", "5"),
  ];
  assert.deepEqual(answering([all6, all4, own, second, other]), [own, second]);
  assert.deepEqual(answering([all6, other, all4]), [all4]);
  assert.deepEqual(answering([other, all6]), [all6]);
  assert.deepEqual(answering([other]), []);
});
