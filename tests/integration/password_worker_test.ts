import assert from "node:assert/strict";
import { systemClock } from "../../src/contract/clock.ts";
import { openAccounts } from "../../src/modules/authentication/accounts.ts";

/** Of "geheim", "wort" and "pässword", in each form; that of eve is by `htpasswd`. */
const PEOPLE = `
bob:$2b$04$NPwB7DXScaH9HiXEG5Er4.pZuVVfI8QrvDaTx2v6W0dOYC7Il/de6
eve:$2y$04$VhzN4kaCmmsuFKkd3UpL4Ojv9AmxqE7XiC7eWxrasBcf8YSBkFEiS
zoë:$2a$04$7wJeGPnEk4Cmt35YyzGRa.xrN6x9OMFuXVRfCxEDJ7TnhLYr9QkGa
`;

async function withAccounts(
  use: (verify: (name: string, password: string) => Promise<string | undefined>) => Promise<void>,
): Promise<void> {
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(file, PEOPLE);
    using accounts = await openAccounts({ file, clock: systemClock, report: () => {} });
    await use(async (name, password) => {
      const token = new TextEncoder().encode(`${name}:${password}`).toBase64();
      return await accounts.verify(token, "::1");
    });
  } finally {
    await Deno.remove(file);
  }
}

Deno.test("accounts tell right passwords from wrong ones, in a thread of their own", async () => {
  await withAccounts(async (verify) => {
    assert.equal(await verify("bob", "geheim"), "bob");
    assert.equal(await verify("eve", "wort"), "eve");
    assert.equal(await verify("zoë", "pässword"), "zoë");
    assert.equal(await verify("bob", "wort"), undefined);
    assert.equal(await verify("bob", ""), undefined);
    assert.equal(await verify("nobody", "geheim"), undefined);
  });
});

Deno.test("accounts check several passwords at the same time and answer each its own", async () => {
  await withAccounts(async (verify) => {
    const all = await Promise.all([
      verify("bob", "geheim"),
      verify("bob", "x"),
      verify("eve", "wort"),
      verify("eve", "geheim"),
    ]);
    assert.deepEqual(all, ["bob", undefined, "eve", undefined]);
  });
});
