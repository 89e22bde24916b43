import assert from "node:assert/strict";
import { type Manifest, manifestProblem, manifests } from "../../support/manifests.ts";
import { parseContainerfile } from "../../support/containerfile.ts";
import { SPARE_S, STOP_S } from "../../support/stop_times.ts";

const all = await manifests();

function only(kind: string, file = /^[^/]*$/): Manifest["value"] {
  const found = all.filter((one) => one.kind === kind && file.test(one.file));
  assert.equal(found.length, 1, kind);
  return found[0]!.value;
}

for (const manifest of all) {
  Deno.test(`${manifest.file}: ${manifest.kind} is as the published schema has it`, () => {
    assert.equal(manifestProblem(manifest), undefined);
  });
}

Deno.test("manifestProblem() finds a wrong type and a missing field", () => {
  const value = only("Deployment");
  const wrong = structuredClone(value);
  wrong.spec.template.spec.terminationGracePeriodSeconds = "35";
  assert.match(manifestProblem({ kind: "Deployment", value: wrong }) ?? "", /GracePeriodSeconds/);
  const missing = structuredClone(value);
  delete missing.spec.selector;
  assert.match(manifestProblem({ kind: "Deployment", value: missing }) ?? "", /selector/);
});

Deno.test("the pod is given as long as preStop, drain and shutdown may take, and 5 s", () => {
  const { spec } = only("Deployment").spec.template;
  const preStop = spec.containers[0].lifecycle.preStop.sleep.seconds;
  assert.equal(spec.terminationGracePeriodSeconds, preStop + STOP_S + SPARE_S);
});

Deno.test("the probes ask the admin listener, whose port is named", () => {
  const [container] = only("Deployment").spec.template.spec.containers;
  const variables = Object.fromEntries(
    container.env.map((one: { name: string; value: string }) => [one.name, one.value]),
  );
  const ports = Object.fromEntries(
    container.ports.map((one: { name: string; containerPort: number }) => [
      one.name,
      one.containerPort,
    ]),
  );
  assert.equal(variables["ANCM_HOST_ADMIN"], `http://0.0.0.0:${ports.admin}`);
  assert.deepEqual(container.readinessProbe.httpGet, { path: "/readyz", port: "admin" });
  assert.deepEqual(container.livenessProbe.httpGet, { path: "/healthz", port: "admin" });
  assert.equal(ports.http, 8080);
});

Deno.test("the pod is as the restricted profile of Pod Security wants it", () => {
  const { spec } = only("Deployment").spec.template;
  const [container] = spec.containers;
  assert.equal(spec.securityContext.runAsNonRoot, true);
  assert.equal(spec.securityContext.seccompProfile.type, "RuntimeDefault");
  assert.equal(container.securityContext.allowPrivilegeEscalation, false);
  assert.equal(container.securityContext.readOnlyRootFilesystem, true);
  assert.deepEqual(container.securityContext.capabilities.drop, ["ALL"]);
  assert.equal(spec.automountServiceAccountToken, false);
});

Deno.test("the pod runs as the user of the image", async () => {
  const file = new URL("../../../deploy/examples/aspnetcore/Containerfile", import.meta.url);
  const user = parseContainerfile(await Deno.readTextFile(file)).at(-1)?.user;
  const { runAsUser, runAsGroup } = only("Deployment").spec.template.spec.securityContext;
  assert.equal(`${runAsUser}:${runAsGroup}`, user);
});

Deno.test("whatever selects pods selects those of the Deployment", () => {
  const { labels } = only("Deployment").spec.template.metadata;
  assert.deepEqual(only("Deployment").spec.selector.matchLabels, labels);
  assert.deepEqual(only("PodDisruptionBudget").spec.selector.matchLabels, labels);
  assert.deepEqual(only("NetworkPolicy").spec.podSelector.matchLabels, labels);
  for (const { value } of all.filter((one) => one.kind === "Service")) {
    assert.deepEqual(value.spec.selector, labels);
  }
  const watched = only("Service", /^optional/).metadata.labels;
  assert.deepEqual(only("ServiceMonitor", /^optional/).spec.selector.matchLabels, watched);
});

Deno.test("both autoscalers scale the Deployment, the optional one by a metric that the host has", async () => {
  const { name } = only("Deployment").metadata;
  const byRequests = only("HorizontalPodAutoscaler", /^optional/);
  for (const one of [only("HorizontalPodAutoscaler"), byRequests]) {
    assert.equal(one.spec.scaleTargetRef.name, name);
  }
  const metric = byRequests.spec.metrics[0].pods.metric.name;
  const source = new URL("../../../src/observe/traffic_metrics.ts", import.meta.url);
  assert.ok((await Deno.readTextFile(source)).includes(`"${metric}"`), metric);
});
