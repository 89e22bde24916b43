/** The manifests in `deploy/kubernetes`, and what the published schemas say of them. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ServiceMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor";
import { Deployment } from "kubernetes-models/apps/v1/Deployment";
import { HorizontalPodAutoscaler } from "kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler";
import { NetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import { PodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget";
import { Service } from "kubernetes-models/v1/Service";
import { parseAllDocuments } from "yaml";

/** One document of a manifest. */
export interface Manifest {
  readonly file: string;
  readonly apiVersion: string;
  readonly kind: string;
  // deno-lint-ignore no-explicit-any -- tests look into whatever the schemas have judged
  readonly value: any;
}

/** A kind, as the published schema has it: a type for the compiler, and what judges a value when it runs. */
interface Kind {
  readonly model: new (value: never) => { validate(): void };
  /** What exports the type. */
  readonly module: string;
}

const KINDS: Readonly<Record<string, Kind>> = {
  Deployment: { model: Deployment, module: "kubernetes-models/apps/v1/Deployment" },
  Service: { model: Service, module: "kubernetes-models/v1/Service" },
  PodDisruptionBudget: {
    model: PodDisruptionBudget,
    module: "kubernetes-models/policy/v1/PodDisruptionBudget",
  },
  HorizontalPodAutoscaler: {
    model: HorizontalPodAutoscaler,
    module: "kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler",
  },
  NetworkPolicy: {
    model: NetworkPolicy,
    module: "kubernetes-models/networking.k8s.io/v1/NetworkPolicy",
  },
  ServiceMonitor: {
    model: ServiceMonitor,
    module: "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor",
  },
};

const FOLDER = fileURLToPath(new URL("../../deploy/kubernetes", import.meta.url));

/** Reads every manifest there is, that of kustomize apart. */
export async function manifests(): Promise<Manifest[]> {
  const found: Manifest[] = [];
  for (const folder of ["", "optional"]) {
    for await (const { name } of Deno.readDir(join(FOLDER, folder))) {
      if (!name.endsWith(".yaml") || name === "kustomization.yaml") continue;
      const file = join(folder, name);
      for (const value of documentsOf(await Deno.readTextFile(join(FOLDER, file)))) {
        const { apiVersion, kind } = value as { apiVersion: string; kind: string };
        found.push({ file, apiVersion, kind, value });
      }
    }
  }
  return found;
}

/** Reads YAML. @throws where it is none, or where a key stands twice */
export function documentsOf(text: string): unknown[] {
  return parseAllDocuments(text).map((document) => {
    const [error] = [...document.errors, ...document.warnings];
    if (error) throw error;
    return document.toJS();
  });
}

/** Gives what is wrong with a manifest by the published schema of its kind; undefined where nothing. */
export function manifestProblem(
  { kind, value }: Pick<Manifest, "kind" | "value">,
): string | undefined {
  const model = KINDS[kind]?.model;
  if (!model) return `There is no schema for "${kind}"`;
  try {
    new model(value as never).validate();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * Writes manifests as a program that the compiler refuses where one names a field that its kind does not have: the
 * schemas allow any.
 */
export function strictProgram(all: readonly Pick<Manifest, "kind" | "value">[]): string {
  return all.map(({ kind, value }, i) => {
    return `import type { I${kind} as Type${i} } from "${KINDS[kind]?.module}";\n` +
      `export const manifest${i}: Type${i} = ${JSON.stringify(value)};\n`;
  }).join("");
}
