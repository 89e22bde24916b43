import type { SectionSchema } from "./schema.ts";

/**
 * The section `system.webServer/webSocket`. The `doc` texts are the user's documentation.
 *
 * @see ANCM E-14, W-9, IIS M-WS-1
 */
export const WEB_SOCKET = {
  name: "webSocket",
  scope: "application",
  doc: "WebSockets between client and backend.",
  attributes: {
    enabled: {
      type: "boolean",
      default: true,
      doc: "Whether the backend is told that WebSockets can be had.",
    },
    receiveBufferLimit: {
      type: "uint",
      unit: "bytes",
      default: 4_194_304,
      min: 4096,
      support: { level: "ignored", note: "frames are passed on as they come, whatever their size" },
      doc: "Largest buffer for a frame under IIS.",
    },
    pingInterval: {
      type: "timeSpan",
      default: 0,
      maxMs: 86_400_000,
      support: { level: "ignored", note: "the host sends no frames of its own; the backend may" },
      doc: "How often IIS sends a ping.",
    },
  },
} as const satisfies SectionSchema;
