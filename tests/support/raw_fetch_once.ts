// Run as a program of its own, with a proxy in its environment: sends one request to the port it is given.
import { Cancellation } from "../../src/contract/cancellation.ts";
import { emptyContent } from "../../src/contract/content.ts";
import { fetchTransport } from "../../src/gateway/fetch_transport.ts";
import { FieldList } from "../../src/http1/fields.ts";

using transport = fetchTransport();
const { content } = await transport.send(
  { id: 1, generation: 1, port: Number(Deno.args[0]), token: "" },
  { method: "GET", target: "/", version: "HTTP/1.1", fields: FieldList.none },
  emptyContent,
  new Cancellation(),
  {},
);
await Deno.stdout.write(await content.read() ?? new Uint8Array());
