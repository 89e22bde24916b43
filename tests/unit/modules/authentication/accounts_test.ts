import assert from "node:assert/strict";
import { HostError } from "../../../../src/contract/host_error.ts";
import { AccountsError, openAccounts } from "../../../../src/modules/authentication/accounts.ts";
import { turn } from "../../../support/fake_clock.ts";
import { accountsStage } from "../../../support/fake_hash_thread.ts";

const BOB = "$2b$04$NPwB7DXScaH9HiXEG5Er4.pZuVVfI8QrvDaTx2v6W0dOYC7Il/de6";
const EVE = "$2b$04$3vE5BsqSi8KQYmeAlZb.D.dmB8qj5jGC87r7jV3ny9emzpp8g/J8C";
const PEOPLE = `bob:${BOB}\neve:${EVE}\n`;

const token = (name: string, password: string) =>
  new TextEncoder().encode(`${name}:${password}`).toBase64();
const busy = (error: unknown) => error instanceof HostError && error.code === "logon-busy";

Deno.test("verify() gives the name whose hash fits, and does not check it again while it is used", async () => {
  await using stage = await accountsStage(PEOPLE);
  const first = stage.accounts.verify(token("bob", "geheim"), "::1");
  await turn();
  assert.deepEqual(stage.thread.questions, [{ id: 0, password: "geheim", hash: BOB }]);
  stage.thread.answer(true);
  assert.equal(await first, "bob");
  for (let minutes = 0; minutes < 12; minutes += 4) {
    assert.equal(await stage.accounts.verify(token("bob", "geheim"), "::2"), "bob");
    await stage.clock.advance(4 * 60_000);
  }
  assert.equal(stage.thread.questions.length, 0);
});

Deno.test("verify() asks again once a right password was not used for five minutes", async () => {
  await using stage = await accountsStage(PEOPLE);
  const first = stage.accounts.verify(token("bob", "geheim"), "::1");
  await turn();
  stage.thread.answer(true);
  await first;
  await stage.clock.advance(5 * 60_000);
  const second = stage.accounts.verify(token("bob", "geheim"), "::1");
  await waitFor(() => stage.thread.questions.length === 1);
  stage.thread.answer(true);
  assert.equal(await second, "bob");
});

Deno.test("verify() remembers for a minute that a password is wrong", async () => {
  await using stage = await accountsStage(PEOPLE);
  const guess = () => stage.accounts.verify(token("bob", "guess"), "::1");
  const first = guess();
  await turn();
  stage.thread.answer(false);
  assert.equal(await first, undefined);
  assert.equal(await guess(), undefined);
  assert.equal(stage.thread.questions.length, 0);
  await stage.clock.advance(60_000);
  const later = guess();
  await waitFor(() => stage.thread.questions.length === 1);
  stage.thread.answer(false);
  assert.equal(await later, undefined);
});

Deno.test("verify() checks as much for a name that is not there, and lets it in with no password", async () => {
  await using stage = await accountsStage(PEOPLE);
  for (const name of ["mallory", "Bob", ""]) {
    const guess = stage.accounts.verify(token(name, "geheim"), "::1");
    await turn();
    assert.ok([BOB, EVE].includes(stage.thread.questions[0]?.hash ?? ""));
    stage.thread.answer(true);
    assert.equal(await guess, undefined);
  }
});

for (const bad of ["!!!!", "Ym9i", "A".repeat(5_000)]) {
  Deno.test(`verify() checks nothing for "${bad.slice(0, 10)}"`, async () => {
    await using stage = await accountsStage(PEOPLE);
    assert.equal(await stage.accounts.verify(bad, "::1"), undefined);
    assert.deepEqual(stage.threads, []);
  });
}

Deno.test("verify() lets requests of the same credentials share one check", async () => {
  await using stage = await accountsStage(PEOPLE);
  const all = Array.from(
    { length: 20 },
    () => stage.accounts.verify(token("bob", "geheim"), "::1"),
  );
  await turn();
  assert.equal(stage.thread.questions.length, 1);
  stage.thread.answer(true);
  assert.deepEqual(await Promise.all(all), Array.from({ length: 20 }, () => "bob"));
});

Deno.test("verify() checks four passwords of one client at a time, and 32 in all", async () => {
  await using stage = await accountsStage(PEOPLE);
  const begun: Promise<unknown>[] = [];
  const guess = (n: number, address: string) => {
    const verdict = Promise.resolve(stage.accounts.verify(token("bob", `${n}`), address));
    verdict.catch(() => {});
    return verdict;
  };
  for (let n = 0; n < 32; n++) begun.push(guess(n, `10.0.0.${n >> 2}`));
  await turn();
  assert.equal(stage.thread.questions.length, 32);
  await assert.rejects(guess(100, "10.0.0.0"), busy);
  await assert.rejects(guess(101, "10.0.1.1"), busy);
  stage.thread.answer(false);
  await begun[0];
  const next = guess(102, "10.0.0.0");
  await turn();
  while (stage.thread.questions.length > 0) stage.thread.answer(false);
  await Promise.all([...begun, next]);
  const after = guess(103, "10.0.0.0");
  await turn();
  stage.thread.answer(true);
  assert.equal(await after, "bob");
});

Deno.test("verify() goes by the file as it is now", async () => {
  await using stage = await accountsStage(PEOPLE);
  const first = stage.accounts.verify(token("bob", "geheim"), "::1");
  await turn();
  stage.thread.answer(true);
  assert.equal(await first, "bob");
  await stage.write(`eve:${EVE}\n`);
  const second = stage.accounts.verify(token("bob", "geheim"), "::1");
  await waitFor(() => stage.thread.questions.length === 1);
  assert.equal(stage.thread.questions[0]?.hash, EVE);
  stage.thread.answer(true);
  assert.equal(await second, undefined);
});

Deno.test("verify() keeps the accounts where the file breaks, and says so once", async () => {
  await using stage = await accountsStage(PEOPLE);
  await stage.write("bob:plain\n");
  for (let n = 0; n < 3; n++) {
    const verdict = stage.accounts.verify(token("bob", `geheim${n}`), "::1");
    await waitFor(() => stage.threads[0]?.questions.length === 1);
    stage.thread.answer(true);
    assert.equal(await verdict, "bob");
    await stage.clock.advance(1_000);
  }
  assert.deepEqual(stage.events.map(({ level, name }) => `${level} ${name}`), [
    "error accounts-error",
  ]);
  assert.match(stage.events[0]?.message ?? "", /people:1: .*; the accounts read before stay$/);
});

Deno.test("verify() remembers nothing that was found out by a file that has changed since", async () => {
  await using stage = await accountsStage(PEOPLE);
  const slow = stage.accounts.verify(token("bob", "geheim"), "::1");
  await turn();
  await stage.write(`eve:${EVE}\n`);
  const other = stage.accounts.verify(token("eve", "wort"), "::1");
  await waitFor(() => stage.thread.questions.length === 2);
  stage.thread.answer(true);
  stage.thread.answer(true);
  assert.equal(await slow, "bob");
  assert.equal(await other, "eve");
  const again = stage.accounts.verify(token("bob", "geheim"), "::1");
  await turn();
  assert.equal(stage.thread.questions.length, 1);
  stage.thread.answer(true);
  assert.equal(await again, undefined);
});

Deno.test("verify() fails with its thread and begins another", async () => {
  await using stage = await accountsStage(PEOPLE);
  const verdict = Promise.resolve(stage.accounts.verify(token("bob", "geheim"), "::1"));
  await turn();
  stage.thread.fail("out of memory");
  await assert.rejects(verdict, /Cannot check the password: out of memory/);
  assert.ok(stage.thread.isTerminated);
  const again = stage.accounts.verify(token("bob", "geheim"), "::1");
  await turn();
  assert.equal(stage.threads.length, 2);
  stage.thread.answer(true);
  assert.equal(await again, "bob");
});

Deno.test("disposing of accounts ends the thread and what waits for it", async () => {
  await using stage = await accountsStage(PEOPLE);
  const verdict = Promise.resolve(stage.accounts.verify(token("bob", "geheim"), "::1"));
  await turn();
  stage.accounts[Symbol.dispose]();
  await assert.rejects(verdict, /the host is stopped/);
  assert.ok(stage.thread.isTerminated);
});

Deno.test("openAccounts() refuses a file with wrong lines, and names them all", async () => {
  await assert.rejects(accountsStage("bob:x\neve\n"), (error: unknown) => {
    assert.ok(error instanceof AccountsError);
    assert.match(error.message, /people:1: .*\n.*people:2: /);
    return true;
  });
});

Deno.test("openAccounts() refuses a file that is not there", async () => {
  const opening = openAccounts({
    file: "/nonexistent/people",
    clock: { now: () => 0, date: () => new Date(0), sleep: () => Promise.resolve() },
    report: () => {},
  });
  await assert.rejects(
    opening,
    /^AccountsError: \/nonexistent\/people: Cannot read those who may log on: /,
  );
});

async function waitFor(isSo: () => boolean): Promise<void> {
  for (let n = 0; !isSo(); n++) {
    assert.ok(n < 10_000, "it never happened");
    await turn();
  }
}
