import assert from "node:assert/strict";
import {
  CertificateError,
  developmentCertificate,
  type TlsMaterial,
} from "../../../src/server/tls_certificate.ts";
import { type CertificateFiles, watchCertificate } from "../../../src/server/tls_reload.ts";
import { eventLog } from "../../support/events.ts";
import { FakeClock } from "../../support/fake_clock.ts";

const made = await developmentCertificate(new Date());

function named(fingerprint: string): TlsMaterial {
  return { ...made, fingerprint };
}

/** Files that a test writes, and a watch over them. */
class Stage implements Disposable {
  readonly clock = new FakeClock();
  readonly log = eventLog();
  readonly changed: string[] = [];
  readonly found: { signature: string; material: TlsMaterial | Error } = {
    signature: "1",
    material: named("first"),
  };
  loads = 0;
  isWatched = true;
  #happened: () => void = () => {};
  readonly #watch: Disposable;

  constructor(changed: (material: TlsMaterial) => void = () => {}) {
    const files: CertificateFiles = {
      signature: () => Promise.resolve(this.found.signature),
      load: () => {
        this.loads++;
        const { material } = this.found;
        return material instanceof Error ? Promise.reject(material) : Promise.resolve(material);
      },
      watch: (happened) => {
        this.#happened = happened;
        return { [Symbol.dispose]: () => this.isWatched = false };
      },
    };
    this.#watch = watchCertificate({
      current: named("first"),
      files,
      clock: this.clock,
      report: this.log.report,
      changed: (material) => {
        changed(material);
        this.changed.push(material.fingerprint);
      },
    });
  }

  write(signature: string, material: TlsMaterial | Error): void {
    Object.assign(this.found, { signature, material });
  }

  happened(): void {
    this.#happened();
  }

  [Symbol.dispose](): void {
    this.#watch[Symbol.dispose]();
  }
}

Deno.test("watchCertificate() calls back soon after something happened in the folder", async () => {
  using stage = new Stage();
  await stage.clock.advance(0);
  stage.write("2", named("second"));
  stage.happened();
  await stage.clock.advance(1_000);
  assert.deepEqual(stage.changed, ["second"]);
  assert.deepEqual(stage.log.names(), ["- certificate-reloaded"]);
});

Deno.test("watchCertificate() finds a change of which nothing was heard", async () => {
  using stage = new Stage();
  await stage.clock.advance(0);
  stage.write("2", named("second"));
  await stage.clock.advance(7_000);
  assert.deepEqual(stage.changed, ["second"]);
});

Deno.test("watchCertificate() waits until the files stay as they are", async () => {
  using stage = new Stage();
  await stage.clock.advance(0);
  stage.write("2", new CertificateError("half written"));
  stage.happened();
  for (let i = 3; i < 10; i++) {
    await stage.clock.advance(200);
    stage.write(String(i), new CertificateError("half written"));
  }
  stage.write("10", named("second"));
  await stage.clock.advance(2_000);
  assert.deepEqual(stage.log.names(), ["- certificate-reloaded"]);
  assert.equal(stage.loads, 1);
});

Deno.test("watchCertificate() reports a broken certificate once and takes the next good one", async () => {
  using stage = new Stage();
  await stage.clock.advance(0);
  stage.write("2", new CertificateError('Cannot read key "a": it does not belong'));
  await stage.clock.advance(60_000);
  assert.deepEqual(stage.log.names(), ["- certificate-not-reloaded"]);
  assert.match(
    stage.log.events[0]?.message ?? "",
    /^The old certificate stays in use\. Cannot read/,
  );
  assert.deepEqual(stage.changed, []);
  stage.write("3", named("third"));
  await stage.clock.advance(10_000);
  assert.deepEqual(stage.changed, ["third"]);
});

Deno.test("watchCertificate() reports one that cannot be used, and tries it again when it changes", async () => {
  let isUsable = false;
  using stage = new Stage(() => {
    if (!isUsable) throw new Error("no listener");
  });
  await stage.clock.advance(0);
  stage.write("2", named("second"));
  await stage.clock.advance(10_000);
  assert.deepEqual(stage.log.names(), ["- certificate-not-reloaded"]);
  isUsable = true;
  stage.write("3", named("second"));
  await stage.clock.advance(10_000);
  assert.deepEqual(stage.changed, ["second"]);
});

Deno.test("watchCertificate() says nothing where the files were written anew as they were", async () => {
  using stage = new Stage();
  await stage.clock.advance(0);
  stage.write("2", named("first"));
  await stage.clock.advance(10_000);
  assert.equal(stage.loads, 1);
  assert.deepEqual(stage.changed, []);
  assert.deepEqual(stage.log.events, []);
});

Deno.test("watchCertificate() ends with its watch", async () => {
  const stage = new Stage();
  await stage.clock.advance(0);
  stage[Symbol.dispose]();
  stage.write("2", named("second"));
  await stage.clock.advance(60_000);
  assert.equal(stage.isWatched, false);
  assert.equal(stage.clock.sleeping, 0);
  assert.deepEqual(stage.changed, []);
});
