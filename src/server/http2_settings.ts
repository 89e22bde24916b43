import { CODE, ConnectionFault, MAX_FRAME, MAX_WINDOW, SETTING, uint32 } from "./http2_protocol.ts";

/** Bytes of content a client may send ahead on one stream, and on all streams of a connection together. */
export const RECEIVE_WINDOW = { stream: 262_144, connection: 1_048_576 } as const;

/** Streams a client may have open at once on a connection. */
export const MAX_STREAMS = 100;

/**
 * What the host tells every client.
 *
 * @param headBytes the largest list of fields that is taken
 */
export function ownSettings(headBytes: number): readonly (readonly [id: number, value: number])[] {
  return [
    [SETTING.MAX_CONCURRENT_STREAMS, MAX_STREAMS],
    [SETTING.INITIAL_WINDOW_SIZE, RECEIVE_WINDOW.stream],
    [SETTING.MAX_HEADER_LIST_SIZE, headBytes],
  ];
}

/**
 * Reads the payload of a client's SETTINGS.
 *
 * @returns its INITIAL_WINDOW_SIZE where it has one: what else it may say changes nothing for us, who send frames of
 * the smallest size, keep no table and push nothing
 * @throws {ConnectionFault} for a value that is not allowed
 */
export function readSettings(payload: Uint8Array): number | undefined {
  if (payload.length % 6 !== 0) {
    throw new ConnectionFault(CODE.FRAME_SIZE_ERROR, "SETTINGS has a broken length");
  }
  let firstWindow: number | undefined;
  for (let at = 0; at < payload.length; at += 6) {
    const value = uint32(payload, at + 2);
    switch (payload[at]! << 8 | payload[at + 1]!) {
      case SETTING.ENABLE_PUSH:
        if (value > 1) throw invalid("ENABLE_PUSH is neither 0 nor 1");
        break;
      case SETTING.INITIAL_WINDOW_SIZE:
        if (value > MAX_WINDOW) {
          throw new ConnectionFault(CODE.FLOW_CONTROL_ERROR, "INITIAL_WINDOW_SIZE is too large");
        }
        firstWindow = value;
        break;
      case SETTING.MAX_FRAME_SIZE:
        if (value < MAX_FRAME || value > 0xff_ffff) throw invalid("MAX_FRAME_SIZE is out of range");
    }
  }
  return firstWindow;
}

function invalid(message: string): ConnectionFault {
  return new ConnectionFault(CODE.PROTOCOL_ERROR, message);
}
