import assert from "node:assert/strict";
import { access } from "../../../src/modules/access.ts";
import { refusalStage } from "../../support/refusal_stage.ts";

const stage = (flags: string) =>
  refusalStage([access], `<security>\n<access sslFlags="${flags}"/></security>`);

for (const flags of ["Ssl", "ssl,Ssl128", "Ssl128", "None,Ssl"]) {
  Deno.test(`sslFlags="${flags}" lets nobody in without TLS (IIS M-SSL-1)`, async () => {
    const { problems, verdict } = await stage(flags);
    assert.deepEqual(problems, []);
    assert.equal(verdict("/"), "403.4");
    assert.equal(verdict("/", { secure: true }), "passed");
  });
}

for (const flags of ["None", ""]) {
  Deno.test(`sslFlags="${flags}" asks for nothing (IIS section 9.5)`, async () => {
    const { problems, modulesAt } = await stage(flags);
    assert.deepEqual(problems, []);
    assert.deepEqual(modulesAt("/"), []);
  });
}

for (const flags of ["Ssl, SslNegotiateCert", "SslRequireCert", "SslMapCert"]) {
  Deno.test(`sslFlags="${flags}" is refused at load, never silently open (IIS M-SSL-2)`, async () => {
    const { problems } = await stage(flags);
    assert.match(problems.join(), /^web\.config:5:9: Client certificates are not available/);
  });
}

Deno.test("sslFlags of a location is for its URLs (IIS M-SSL-1)", async () => {
  const { verdict } = await refusalStage([access], "", {
    locations:
      '<location path="admin"><system.webServer><security><access sslFlags="Ssl"/></security>' +
      "</system.webServer></location>",
  });
  assert.deepEqual(["/admin/a", "/a"].map((target) => verdict(target)), ["403.4", "passed"]);
});
