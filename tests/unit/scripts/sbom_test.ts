import assert from "node:assert/strict";
import { type Lock, sbom, type SbomParts } from "../../../scripts/sbom.ts";
import { sbomProblems } from "../../support/sbom_schema.ts";

const INTEGRITY = `sha512-${new Uint8Array(64).fill(0xab).toBase64()}`;

const LOCK: Lock = {
  npm: {
    "@scope/a@1.0.0": { integrity: INTEGRITY, dependencies: ["b_c", "d@2.0.0"] },
    "b_c@3.0.0": { integrity: INTEGRITY },
    "d@1.0.0": { integrity: INTEGRITY },
    "d@2.0.0_b_c@3.0.0": { integrity: INTEGRITY, dependencies: ["b_c"] },
    "only-for-tests@1.0.0": { integrity: INTEGRITY },
  },
};

const PARTS: SbomParts = {
  version: "1.2.3",
  license: "MIT",
  lock: LOCK,
  imported: ["@scope/a@1.0.0"],
  licenses: new Map([
    ["@scope/a@1.0.0", "ISC"],
    ["b_c@3.0.0", "(BSD-3-Clause OR GPL-2.0)"],
    ["d@2.0.0", "MIT"],
  ]),
  runtime: { deno: "2.7.11", v8: "14.7.173.7-rusty" },
};

interface Written {
  readonly serialNumber: string;
  readonly components: readonly {
    readonly "bom-ref": string;
    readonly purl: string;
    readonly hashes?: readonly { readonly content: string }[];
  }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

Deno.test("sbom() is as the published schema of CycloneDX 1.6 has it", async () => {
  assert.deepEqual(await sbomProblems(sbom(PARTS)), []);
  assert.notDeepEqual(await sbomProblems({ ...sbom(PARTS), components: [{ type: "lib" }] }), []);
});

Deno.test("sbom() names the runtime and what is imported with what that needs, and nothing else", () => {
  const { components, dependencies } = sbom(PARTS) as Written;
  const names = ["deno@2.7.11", "v8@14.7.173.7-rusty", "@scope/a@1.0.0", "b_c@3.0.0", "d@2.0.0"];
  assert.deepEqual(components.map((one) => one["bom-ref"]), names);
  assert.equal(components[2]?.purl, "pkg:npm/%40scope/a@1.0.0");
  assert.equal(components[2]?.hashes?.[0]?.content, "ab".repeat(64));
  const ofA = dependencies.find(({ ref }) => ref === "@scope/a@1.0.0");
  assert.deepEqual(ofA?.dependsOn, ["b_c@3.0.0", "d@2.0.0"]);
  // Nothing depends on what is not listed.
  const known = ["ancm-host@1.2.3", ...names];
  for (const { ref, dependsOn } of dependencies) {
    for (const name of [ref, ...dependsOn]) assert.ok(known.includes(name), name);
  }
});

Deno.test("sbom() gives the same for the same, and another number for anything else", () => {
  assert.deepEqual(sbom(PARTS), sbom(PARTS));
  const other = sbom({ ...PARTS, version: "1.2.4" }) as Written;
  assert.notEqual(other.serialNumber, (sbom(PARTS) as Written).serialNumber);
});

Deno.test("sbom() refuses what is not locked, and a licence that nobody knows", () => {
  assert.throws(() => sbom({ ...PARTS, imported: ["e@1.0.0"] }), /Cannot find "e@1\.0\.0"/);
  assert.throws(() => sbom({ ...PARTS, licenses: new Map() }), /Cannot tell the licence of/);
});
