import { tool } from "./tool.ts";

/** What h2load counted in one run. */
export interface H2loadResult {
  readonly perSecond: number;
  readonly requests: number;
  readonly errors: number;
}

/**
 * Loads a server over HTTP/2 with h2load: 16 connections of 4 requests at a time.
 *
 * @throws {Error} when h2load is not installed, or the server did not speak HTTP/2
 */
export async function h2load(url: string, seconds: number): Promise<H2loadResult> {
  const args = ["-c16", "-m4", "-t2", "-D", String(seconds), "--npn-list=h2", url];
  const output = await tool("h2load", args, (seconds + 30) * 1000);
  if (!output) throw new Error("Cannot measure: h2load is not installed");
  if (!/^Application protocol: h2$/m.test(output.text)) {
    throw new Error(`Cannot measure "${url}" over HTTP/2: ${output.text.slice(0, 500)}`);
  }
  return readH2load(output.text, seconds);
}

/** Reads h2load's summary. @throws {Error} when it is not there */
export function readH2load(text: string, seconds: number): H2loadResult {
  const count = (word: string) => Number(new RegExp(`(\\d+) ${word}`).exec(text)?.[1]);
  const good = count("2xx");
  const requests = count("done");
  if (Number.isNaN(good + requests)) throw new Error(`Cannot read what h2load wrote: ${text}`);
  return {
    perSecond: good / seconds,
    requests,
    errors: Math.max(count("failed"), requests - good),
  };
}
