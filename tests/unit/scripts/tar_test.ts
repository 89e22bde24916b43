import assert from "node:assert/strict";
import { fileInTar } from "../../../scripts/tar.ts";

const encoder = new TextEncoder();

function tar(files: Record<string, string>): Uint8Array {
  const blocks = Object.entries(files).flatMap(([name, text]) => {
    const content = encoder.encode(text);
    const header = new Uint8Array(512);
    header.set(encoder.encode(name));
    header.set(encoder.encode(content.length.toString(8).padStart(11, "0")), 124);
    const padded = new Uint8Array(Math.ceil(content.length / 512) * 512);
    padded.set(content);
    return [header, padded];
  });
  return new Uint8Array(blocks.concat(new Uint8Array(1024)).flatMap((block) => [...block]));
}

const ARCHIVE = tar({
  "package/empty": "",
  "package/block": "x".repeat(512),
  "package/bin/program": "the program",
});

for (const [name, text] of [["empty", ""], ["block", "x".repeat(512)]] as const) {
  Deno.test(`fileInTar() gives package/${name} whole`, () => {
    assert.equal(new TextDecoder().decode(fileInTar(ARCHIVE, `package/${name}`)), text);
  });
}

Deno.test("fileInTar() finds a file behind others", () => {
  const content = fileInTar(ARCHIVE, "package/bin/program");
  assert.equal(new TextDecoder().decode(content), "the program");
});

Deno.test("fileInTar() throws when there is no file of that very name", () => {
  assert.throws(() => fileInTar(ARCHIVE, "bin/program"), /Cannot find "bin\/program"/);
});
