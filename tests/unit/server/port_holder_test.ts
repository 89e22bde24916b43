import assert from "node:assert/strict";
import { listeningInodes } from "../../../src/server/_port_holder.ts";

const TABLE =
  `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 11 1 0
   1: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 12 1 0
   2: 00000000:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 13 1 0
`;

Deno.test("listeningInodes() gives the sockets that listen on a port, not those connected to it", () => {
  assert.deepEqual(listeningInodes(TABLE, 8080), ["11"]);
  assert.deepEqual(listeningInodes(TABLE, 8081), ["13"]);
  assert.deepEqual(listeningInodes(TABLE, 80), []);
  assert.deepEqual(listeningInodes("", 8080), []);
});
