import { basename } from "node:path";
import * as cyclonedx from "@cyclonedx/cyclonedx-library";
import { Ajv } from "ajv";
import ajvFormats from "ajv-formats";

/** Where the library keeps the published schemas; its types do not show that. */
interface Files {
  readonly CDX: { readonly JSON_STRICT_SCHEMA: Readonly<Record<string, string>> };
  readonly SPDX: { readonly JSON_SCHEMA: string };
  readonly JSF: { readonly JSON_SCHEMA: string };
}

const { FILES } = (cyclonedx as unknown as { _Resources: { FILES: Files } })._Resources;

/** Gives what is wrong with a CycloneDX 1.6 document by the published schema, as `PATH: what`. */
export async function sbomProblems(document: unknown): Promise<string[]> {
  const ajv = new Ajv({ allErrors: true, strict: false });
  for (const path of [FILES.SPDX.JSON_SCHEMA, FILES.JSF.JSON_SCHEMA]) {
    // By this name the schema of the document asks for it.
    ajv.addSchema(await schemaIn(path), `http://cyclonedx.org/schema/${basename(path)}`);
  }
  ajvFormats.default(ajv);
  // The two that the package of formats does not know; nothing of ours has them.
  for (const name of ["iri-reference", "idn-email"]) ajv.addFormat(name, true);
  const judge = ajv.compile(await schemaIn(FILES.CDX.JSON_STRICT_SCHEMA["1.6"] ?? ""));
  judge(document);
  return (judge.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message}`);
}

async function schemaIn(path: string): Promise<object> {
  return JSON.parse(await Deno.readTextFile(path));
}
