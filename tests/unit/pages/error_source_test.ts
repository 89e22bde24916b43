import assert from "node:assert/strict";
import { type FailureCode, HostError } from "../../../src/contract/host_error.ts";
import { errorSource } from "../../../src/pages/_error_source.ts";

function sourceOf(code: FailureCode): string | undefined {
  const error = new HostError(code, "No");
  const { status, subStatus, title: reason } = error.failure;
  const source = errorSource({ status, subStatus, reason, error });
  return source && [source.module, source.notification, source.handler].filter(Boolean).join(" ");
}

const CASES: [code: FailureCode, source: string | undefined][] = [
  ["segment-hidden", "RequestFilteringModule BeginRequest"],
  ["content-too-long", "RequestFilteringModule BeginRequest"],
  ["rewrite-failed", "RewriteModule BeginRequest"],
  ["outbound-rewrite-encoded", "RewriteModule ReleaseRequestState"],
  ["address-denied", "IpRestrictionModule BeginRequest"],
  ["address-denied-not-found", "IpRestrictionModule BeginRequest"],
  ["client-request-rate", "DynamicIpRestrictionModule BeginRequest"],
  ["rewrite-to-other-host", "RewriteModule BeginRequest"],
  ["file-type-unknown", "StaticFileModule ExecuteRequestHandler StaticFile"],
  ["file-withheld", "StaticFileModule ExecuteRequestHandler StaticFile"],
  ["listing-denied", "DirectoryListingModule ExecuteRequestHandler StaticFile"],
  ["read-denied", "HandlerMapping MapRequestHandler"],
  ["user-denied", "UrlAuthorizationModule AuthorizeRequest"],
  ["logon-failed", "BasicAuthenticationModule AuthenticateRequest"],
  ["no-handler", "HandlerMapping MapRequestHandler"],
  ["handler-module-missing", "HandlerMapping MapRequestHandler"],
  ["backend-silent", "AspNetCoreModuleV2 ExecuteRequestHandler aspNetCore"],
  ["start-exited", "AspNetCoreModuleV2 ExecuteRequestHandler aspNetCore"],
  ["rapid-fail", "AspNetCoreModuleV2 ExecuteRequestHandler aspNetCore"],
  ["bad-request", undefined],
  ["outside-path-base", undefined],
];
for (const [code, source] of CASES) {
  Deno.test(`errorSource() of ${code} is ${source ?? "not known"} (IIS section 12)`, () => {
    assert.equal(sourceOf(code), source);
  });
}

Deno.test("errorSource() of an answer that is no failure of the host is the backend's module", () => {
  const source = errorSource({ status: 404, subStatus: 0, reason: "Not Found" });
  assert.equal(source?.module, "AspNetCoreModuleV2");
});
