import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import {
  certificateDateEvent,
  CertificateError,
  type CertificateSource,
  developmentCertificate,
  developmentCertificateEvent,
  loadCertificate,
} from "../../../src/server/tls_certificate.ts";
import { ECDSA_PFX, pfxOf, testCertificate } from "../../support/certificates.ts";

const one = await testCertificate();
const other = await testCertificate();

const PEM: CertificateSource = { kind: "pem", certFile: "a.crt", keyFile: "a.key" };

function pfx(password: string, passwordEnv?: string): CertificateSource {
  return { kind: "pfx", file: "a.pfx", password, passwordEnv };
}

function load(source: CertificateSource, files: Record<string, string | Uint8Array>) {
  return loadCertificate(source, (path) => {
    const content = files[path];
    if (content === undefined) return Promise.reject(new Deno.errors.NotFound("none"));
    return Promise.resolve(
      typeof content === "string" ? new TextEncoder().encode(content) : content,
    );
  });
}

async function refusal(source: CertificateSource, files: Record<string, string | Uint8Array>) {
  try {
    await load(source, files);
  } catch (error) {
    assert.ok(error instanceof CertificateError, String(error));
    return error.message;
  }
  throw new assert.AssertionError({ message: "It was loaded" });
}

Deno.test("loadCertificate() takes PEM, and picks the certificate that goes with the key", async () => {
  const files = { "a.crt": other.certificate + one.certificate, "a.key": one.key };
  const { cert, key, subject } = await load(PEM, files);
  assert.equal(
    new X509Certificate(cert).fingerprint,
    new X509Certificate(one.certificate).fingerprint,
  );
  assert.equal(cert.match(/BEGIN CERTIFICATE/g)?.length, 1);
  assert.match(key, /^-----BEGIN PRIVATE KEY-----/);
  assert.match(subject, /CN=ancm-host development certificate/);
});

for (const algorithm of ["3des", "aes256"] as const) {
  Deno.test(`loadCertificate() takes a PFX file encrypted with ${algorithm} (D4)`, async () => {
    const { cert, key } = await load(pfx("secret", "PW"), {
      "a.pfx": pfxOf(one, "secret", algorithm),
    });
    assert.equal(cert, (await load(PEM, { "a.crt": one.certificate, "a.key": one.key })).cert);
    assert.match(key, /^-----BEGIN PRIVATE KEY-----/);
  });
}

Deno.test("loadCertificate() takes an ECDSA key, and a password beyond ASCII", async () => {
  const files = { "a.pfx": Uint8Array.fromBase64(ECDSA_PFX) };
  const { subject } = await load(pfx("pässword", "PW"), files);
  assert.equal(subject, "CN=localhost");
  assert.match(await refusal(pfx("password", "PW"), files), /the password in PW does not open it/);
});

const SEALED = pfxOf(one, "secret", "aes256");
const REFUSED: [
  what: string,
  source: CertificateSource,
  files: Record<string, string | Uint8Array>,
  message: string,
][] = [
  [
    "a certificate that is not there",
    PEM,
    {},
    'Cannot read certificate "a.crt": there is no such file; correct the path',
  ],
  [
    "a key that is not there",
    PEM,
    { "a.crt": one.certificate },
    'Cannot read key "a.key": there is no such file; correct the path',
  ],
  [
    "a certificate that is none",
    PEM,
    { "a.crt": "hello", "a.key": one.key },
    'Cannot read certificate "a.crt": it holds no PEM certificate; give a file with ' +
    '"-----BEGIN CERTIFICATE-----", or a PFX file with --pfx',
  ],
  [
    "a damaged certificate",
    PEM,
    { "a.crt": one.certificate.replace(/MII..../, "MIIAAAAA"), "a.key": one.key },
    'Cannot read certificate "a.crt": it is damaged; give it anew',
  ],
  [
    "a key that is none",
    PEM,
    { "a.crt": one.certificate, "a.key": one.certificate },
    'Cannot read key "a.key": it holds no PEM key; give a file with "-----BEGIN PRIVATE KEY-----"',
  ],
  [
    "two keys",
    PEM,
    { "a.crt": one.certificate, "a.key": one.key + other.key },
    'Cannot read key "a.key": it holds more than one key; give one',
  ],
  [
    "an encrypted key",
    PEM,
    { "a.crt": one.certificate, "a.key": one.key.replaceAll("PRIVATE", "ENCRYPTED PRIVATE") },
    'Cannot read key "a.key": it is encrypted; give one without a password, or a PFX file with ' +
    "--pfx and --pfx-password-env",
  ],
  [
    "a damaged key",
    PEM,
    { "a.crt": one.certificate, "a.key": one.key.replace(/MII..../, "MIIAAAAA") },
    'Cannot read key "a.key": it is no private key that can be read; give one of RSA, ECDSA or Ed25519',
  ],
  [
    "the key of another certificate",
    PEM,
    { "a.crt": one.certificate, "a.key": other.key },
    'Cannot read key "a.key": it does not belong to the certificate in "a.crt"; give the key it was made with',
  ],
  [
    "a PFX file without the password",
    pfx(""),
    { "a.pfx": SEALED },
    'Cannot read certificate "a.pfx": it needs a password; name the environment variable that ' +
    "holds it with --pfx-password-env",
  ],
  [
    "a PFX file with another password",
    pfx("secret2", "PW"),
    { "a.pfx": SEALED },
    'Cannot read certificate "a.pfx": the password in PW does not open it; correct the variable',
  ],
  [
    "a PFX file that is none",
    pfx("secret", "PW"),
    { "a.pfx": one.certificate },
    'Cannot read certificate "a.pfx": it is no PFX file; give one, or PEM files with --cert and --key',
  ],
];
for (const [what, source, files, message] of REFUSED) {
  Deno.test(`loadCertificate() says what is wrong with ${what}, and what would be right`, async () => {
    const said = await refusal(source, files);
    assert.equal(said, message);
    assert.doesNotMatch(said, /secret/);
  });
}

Deno.test("developmentCertificate() says what it is, and is valid for the loopback names", async () => {
  const now = new Date("2030-01-02T03:04:05Z");
  const made = await developmentCertificate(now);
  const certificate = new X509Certificate(made.cert);
  assert.match(certificate.subject, /ancm-host development certificate/);
  assert.match(certificate.subject, /not for production/);
  assert.match(
    certificate.subjectAltName ?? "",
    /DNS:localhost.*127\.0\.0\.1.*(::1|0:0:0:0:0:0:0:1)/,
  );
  assert.equal(certificate.ca, false);
  assert.equal(certificateDateEvent(made, now), undefined);
  const event = developmentCertificateEvent(made);
  assert.equal(event.level, "warning");
  assert.match(event.message, /development only/);
  assert.doesNotMatch(JSON.stringify(event), /PRIVATE/);
});

for (
  const [days, name] of [
    [-2, "certificate-not-yet-valid"],
    [0, undefined],
    [390, "certificate-expires-soon"],
    [398, "certificate-expired"],
  ] as const
) {
  Deno.test(`certificateDateEvent() says ${name ?? "nothing"} after ${days} days of 397`, async () => {
    const now = new Date("2030-01-01T00:00:00Z");
    const made = await developmentCertificate(now);
    const event = certificateDateEvent(made, new Date(now.getTime() + days * 86_400_000));
    assert.equal(event?.name, name);
    if (name === "certificate-expired") assert.match(event?.message ?? "", /expired on 2031-02-02/);
  });
}
