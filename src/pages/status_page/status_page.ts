import { createHash } from "node:crypto";
import { bytesContent, emptyContent } from "../../contract/content.ts";
import type { Exchange, Reply } from "../../contract/exchange.ts";
import { FieldList } from "../../http1/fields.ts";
import * as connection from "./_connection.ts";
import * as elements from "./_elements.ts";
import * as lines from "./_event_lines.ts";
import { markup } from "./_markup.ts";
import * as numbers from "./_numbers.ts";
import * as plots from "./_plot.ts";
import * as configuration from "./_show_configuration.ts";
import * as events from "./_show_events.ts";
import * as samples from "./_show_sample.ts";
import * as start from "./_start.ts";
import { STYLE } from "./_style.ts";

/** Everything that runs in the browser: functions that need nothing but each other. */
const FUNCTIONS = [
  ...[start, connection, lines, samples, numbers, plots, events, configuration, elements],
].flatMap((module) => Object.values<unknown>(module)).map(String);

let made: { readonly bytes: Uint8Array; readonly policy: string } | undefined;

/**
 * Answers with the status page: the same for everybody, without anything that needs a token. It runs no script and asks no
 * host but what is written here.
 */
export function statusPage(x: Exchange): Reply {
  const { bytes, policy } = made ??= makePage();
  const fields = new FieldList([
    ["Date", new Date().toUTCString()],
    ["Content-Type", "text/html; charset=utf-8"],
    ["Content-Length", String(bytes.length)],
    ["Cache-Control", "no-store"],
    ["X-Content-Type-Options", "nosniff"],
    ["Referrer-Policy", "no-referrer"],
    ["Cross-Origin-Opener-Policy", "same-origin"],
    ["Cross-Origin-Resource-Policy", "same-origin"],
    ["Content-Security-Policy", policy],
  ]);
  const content = x.received.method === "HEAD" ? emptyContent : bytesContent(bytes);
  return { head: { status: 200, reason: "OK", fields }, content };
}

function makePage() {
  const script = `(() => {\n"use strict";\n${
    FUNCTIONS.join("\n")
  }\n${start.startPage.name}(window);\n})();\n`;
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(STYLE)}`,
    "connect-src 'self'",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join("; ");
  return { bytes: new TextEncoder().encode(markup(STYLE, script)), policy };
}

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
