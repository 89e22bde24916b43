import assert from "node:assert/strict";
import { latin1 } from "../support/raw_client.ts";
import { FRAME_CASES, type FrameCase } from "../support/websocket_cases.ts";
import { FrameSocket, OPCODE, type SeenFrame } from "../support/websocket_client.ts";
import { WebSocketEndpoint } from "../support/websocket_endpoint.ts";
import { bytesOfFrame, type Frame } from "../support/websocket_frame.ts";
import { WebSocketStage } from "../support/websocket_stage.ts";

/** Who is strict and echoes; the other end sends frames as it likes. */
type Judge = "backend" | "client";

/** Hosts that share the cases: those who wait for a handshake's small packets wait together. */
const HOSTS = 6;

interface Ends extends Disposable {
  readonly raw: FrameSocket;
  readonly endpoint: WebSocketEndpoint;
}

async function open(stage: WebSocketStage, judge: Judge): Promise<Ends> {
  const url = stage.url.replace(/^ws/, "http");
  const ca = stage.ca === undefined ? {} : { ca: stage.ca };
  const caCerts = stage.ca === undefined ? [] : [stage.ca];
  const [raw, endpoint] = await Promise.all(
    judge === "backend"
      ? [FrameSocket.open(url, { caCerts }), stage.accepted().then(WebSocketEndpoint.accept)]
      : [
        stage.accepted().then(FrameSocket.accepted),
        WebSocketEndpoint.open(stage.url, { ...ca, echoes: true }),
      ],
  );
  return {
    raw,
    endpoint,
    [Symbol.dispose]() {
      raw[Symbol.dispose]();
      endpoint[Symbol.dispose]();
    },
  };
}

/** A frame as text, so that a difference can be read. */
function told({ opcode, payload, isFinal = true }: Frame | SeenFrame): string {
  return `${opcode}${isFinal ? "" : "…"} ${JSON.stringify(latin1(payload ?? new Uint8Array()))}`;
}

async function play({ raw, endpoint }: Ends, one: FrameCase, judge: Judge): Promise<void> {
  const bytes = one.send.map((frame) => bytesOfFrame(frame, judge === "backend"));
  const sending = one.isChopped
    ? writeChopped(raw, bytes)
    : raw.write(Uint8Array.from(bytes.flatMap((frame) => [...frame])));
  const seen: string[] = [];
  for (const _ of one.answer) {
    const frame = await raw.frame();
    if (!frame) break;
    seen.push(told(frame));
  }
  assert.deepEqual(seen, one.answer.map(told), one.name);
  await sending;
  if (one.answer.at(-1)?.opcode !== OPCODE.close) {
    const close: Frame = { opcode: OPCODE.close, payload: Uint8Array.of(3, 232) };
    await raw.write(bytesOfFrame(close, judge === "backend"));
    assert.equal(told((await raw.frame())!), told(close), one.name);
  }
  // The backend is the one that ends the connection.
  if (judge === "backend" && !one.fault) assert.equal(await raw.frame(), undefined, one.name);
  raw[Symbol.dispose]();
  await endpoint.closed;
  const faults = endpoint.faults.map((code) => code.replace(/(UN)?EXPECTED_MASK/, "MASK"));
  assert.deepEqual(faults, one.fault === undefined ? [] : [one.fault], one.name);
}

async function writeChopped(raw: FrameSocket, frames: readonly Uint8Array[]): Promise<void> {
  for (const byte of frames.flatMap((frame) => [...frame])) await raw.write(Uint8Array.of(byte));
}

for (const scheme of ["ws", "wss"] as const) {
  for (const judge of ["backend", "client"] as const) {
    for (const [group, cases] of Object.entries(FRAME_CASES)) {
      Deno.test(`a tunnel over ${scheme} leaves it to the ${judge} to judge ${group} (ANCM W-5)`, async () => {
        await Promise.all(Array.from({ length: HOSTS }, async (_, host) => {
          await using stage = new WebSocketStage(scheme);
          for (const one of cases.filter((_, i) => i % HOSTS === host)) {
            using ends = await open(stage, judge);
            await play(ends, one, judge);
          }
        }));
      });
    }
  }
}
