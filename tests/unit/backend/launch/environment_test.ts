import assert from "node:assert/strict";
import type { AppConfig } from "../../../../src/config/app_config.ts";
import {
  childEnvironment,
  type EnvironmentParts,
  pairingToken,
} from "../../../../src/backend/launch/environment.ts";
import { appConfig } from "../../../support/app_config.ts";

const TOKEN = "5f0c1c4e-8a37-4a43-9d70-0f8f5b1f3c55";

function configWith(variables: Record<string, string>, rest: Partial<AppConfig> = {}): AppConfig {
  const environmentVariables = Object.entries(variables).map(([name, value]) => ({ name, value }));
  return appConfig("/srv/app", { environmentVariables }, rest);
}

function environment(
  variables: Record<string, string>,
  inherited: Record<string, string> = {},
  more: Partial<EnvironmentParts> = {},
): Record<string, string> {
  return childEnvironment({
    config: configWith(variables),
    inherited,
    pathBase: "/",
    port: 23456,
    token: TOKEN,
    ...more,
  });
}

const OWN = {
  ASPNETCORE_PORT: "23456",
  ASPNETCORE_APPL_PATH: "/",
  ASPNETCORE_TOKEN: TOKEN,
  ASPNETCORE_IIS_HTTPAUTH: "anonymous;",
  ASPNETCORE_IIS_WEBSOCKETS_SUPPORTED: "true",
  ASPNETCORE_IIS_PHYSICAL_PATH: "/srv/app/",
  ASPNETCORE_HOSTINGSTARTUPASSEMBLIES: ";Microsoft.AspNetCore.Server.IISIntegration",
  ASPNETCORE_ANCM_HTTPS_PORT: "",
  ASPNETCORE_URLS: "http://127.0.0.1:23456",
  PORT: "23456",
  HTTP_PLATFORM_PORT: "23456",
};

Deno.test("childEnvironment() gives the golden values of a site root (ANCM G-1)", () => {
  assert.deepEqual(environment({ Own: "x" }, { LANG: "C" }), { LANG: "C", Own: "x", ...OWN });
});

Deno.test("childEnvironment() differs in the path alone below a path base (ANCM G-2)", () => {
  assert.deepEqual(environment({}, {}, { pathBase: "/shop/api" }), {
    ...OWN,
    ASPNETCORE_APPL_PATH: "/shop/api",
  });
});

Deno.test("childEnvironment() replaces in place, whatever the case of the name (ANCM E-2)", () => {
  const given = environment({ Path: "/new", HTTP_PROXY: "up" }, {
    A: "1",
    PATH: "/old",
    http_proxy: "low",
    HTTP_PROXY: "old",
    B: "2",
  });
  assert.deepEqual(Object.keys(given).slice(0, 5), ["A", "PATH", "http_proxy", "HTTP_PROXY", "B"]);
  assert.equal(given.PATH, "/new");
  assert.equal(given.http_proxy, "low");
  assert.equal(given.HTTP_PROXY, "up");
  assert.equal("Path" in given, false);
});

Deno.test("childEnvironment() passes an empty value as an empty variable (ANCM E-4)", () => {
  assert.equal(environment({ EMPTY: "" }, { EMPTY: "was" }).EMPTY, "");
});

Deno.test("childEnvironment() lets the last of equal names count (ANCM C-31)", () => {
  const environmentVariables = [{ name: "A", value: "1" }, { name: "a", value: "2" }];
  const config = appConfig("/srv/app", { environmentVariables });
  const given = environment({}, {}, { config });
  assert.equal(given.a, "2");
  assert.equal("A" in given, false);
});

Deno.test("childEnvironment() keeps the module's names its own (ANCM E-10 … E-16)", () => {
  const own = [
    "ASPNETCORE_APPL_PATH",
    "ASPNETCORE_IIS_HTTPAUTH",
    "ASPNETCORE_IIS_WEBSOCKETS_SUPPORTED",
    "ASPNETCORE_IIS_PHYSICAL_PATH",
  ] as const;
  const forged = Object.fromEntries(own.map((name) => [name.toLowerCase(), "forged"]));
  const given = environment(forged, { ASPNETCORE_TOKEN: "old", aspnetcore_port: "1" });
  for (const name of own) assert.equal(given[name], OWN[name]);
  assert.equal(given.ASPNETCORE_TOKEN, TOKEN);
  assert.equal(given.ASPNETCORE_PORT, "23456");
  assert.deepEqual(Object.keys(given).filter((name) => name !== name.toUpperCase()), []);
});

Deno.test("childEnvironment() hands on the text of the configured port, not its number (ANCM G-9)", () => {
  const given = environment({ ASPNETCORE_PORT: "8080abc" }, {}, { port: 8080 });
  assert.equal(given.ASPNETCORE_PORT, "8080abc");
  assert.equal(given.PORT, "8080");
  assert.equal(environment({ ASPNETCORE_PORT: "" }).ASPNETCORE_PORT, "23456");
});

Deno.test("childEnvironment() names the enabled kinds of authentication in order (ANCM E-13)", () => {
  const named = (windows: boolean, basic: boolean, anonymous: boolean) =>
    environment({}, {}, {
      config: configWith({}, { authentication: { windows, basic, anonymous } }),
    }).ASPNETCORE_IIS_HTTPAUTH;
  assert.equal(named(true, true, true), "windows;basic;anonymous;");
  assert.equal(named(false, true, false), "basic;");
  assert.equal(named(false, false, false), "none");
});

Deno.test("childEnvironment() says when WebSockets are switched off (ANCM E-14)", () => {
  const given = environment({}, {}, { config: configWith({}, { webSocketEnabled: false }) });
  assert.equal(given.ASPNETCORE_IIS_WEBSOCKETS_SUPPORTED, "false");
});

Deno.test("childEnvironment() appends the hosting startup assembly unless configured (ANCM E-15)", () => {
  const name = "ASPNETCORE_HOSTINGSTARTUPASSEMBLIES";
  assert.equal(
    environment({}, { [name]: "A" })[name],
    "A;Microsoft.AspNetCore.Server.IISIntegration",
  );
  assert.equal(environment({ [name]: "B" }, { [name]: "A" })[name], "B");
});

Deno.test("childEnvironment() gives the https port, or what web.config says (ANCM E-17)", () => {
  const name = "ASPNETCORE_ANCM_HTTPS_PORT";
  assert.equal(environment({}, {}, { httpsPort: 8443 })[name], "8443");
  assert.equal(environment({ [name]: "1" }, {}, { httpsPort: 8443 })[name], "1");
});

Deno.test("childEnvironment() keeps systemd's talk with the host from the backend", () => {
  const inherited = { NOTIFY_SOCKET: "/run/n", WATCHDOG_USEC: "1", WATCHDOG_PID: "2", HOME: "/h" };
  assert.deepEqual(environment({}, inherited), { HOME: "/h", ...OWN });
});

Deno.test("childEnvironment() drops inherited listen addresses, keeps configured ones (ANCM E-20)", () => {
  const inherited = {
    ASPNETCORE_URLS: "http://+:8080",
    ASPNETCORE_HTTP_PORTS: "8080",
    aspnetcore_https_ports: "8443",
    PORT: "8080",
  };
  assert.deepEqual(environment({}, inherited), OWN);
  const given = environment({ ASPNETCORE_URLS: "mine", ASPNETCORE_HTTP_PORTS: "1", port: "2" });
  assert.equal(given.ASPNETCORE_URLS, "mine");
  assert.equal(given.ASPNETCORE_HTTP_PORTS, "1");
  assert.equal(given.port, "2");
  assert.equal("PORT" in given, false);
});

Deno.test("childEnvironment() names the environment where nobody has", () => {
  const more = { environmentName: "Staging" };
  const name = "ASPNETCORE_ENVIRONMENT";
  assert.equal(environment({}, {}, more)[name], "Staging");
  assert.equal(environment({}, { [name]: "Inherited" }, more)[name], "Inherited");
  assert.equal(
    environment({ AspNetCore_Environment: "Mine" }, {}, more).AspNetCore_Environment,
    "Mine",
  );
  assert.equal(name in environment({ AspNetCore_Environment: "Mine" }, {}, more), false);
});

Deno.test("childEnvironment() prefers inherited values where the host is told so (ANCM E-3)", () => {
  const inherited = { A: "host", ASPNETCORE_PORT: "9999", ASPNETCORE_TOKEN: "t" };
  for (const value of ["1", "true", "TRUE"]) {
    const told = { ...inherited, ANCM_PREFER_ENVIRONMENT_VARIABLES: value };
    const given = environment({ a: "config", b: "config", ASPNETCORE_PORT: "8080" }, told);
    assert.equal(given.A, "host");
    assert.equal(given.b, "config");
    assert.equal(given.ASPNETCORE_PORT, "9999");
    assert.equal(given.ASPNETCORE_TOKEN, TOKEN);
  }
  const told = { ...inherited, ANCM_PREFER_ENVIRONMENT_VARIABLES: "0" };
  assert.equal(environment({ a: "config" }, told).A, "config");
});

Deno.test("childEnvironment() ends the physical path with the separator of its kind (ANCM E-16)", () => {
  const name = "ASPNETCORE_IIS_PHYSICAL_PATH";
  const of = (root: string) => environment({}, {}, { config: appConfig(root, {}) })[name];
  assert.equal(of("/"), "/");
  assert.equal(of("C:\\inetpub\\app"), "C:\\inetpub\\app\\");
  assert.equal(of("\\\\server\\share"), "\\\\server\\share\\");
});

Deno.test("pairingToken() takes the configured one as it is, else a new one (ANCM E-12)", () => {
  assert.equal(pairingToken(configWith({ AspNetCore_Token: "mine" }), {}), "mine");
  const made = pairingToken(configWith({ ASPNETCORE_TOKEN: "" }), {
    ASPNETCORE_TOKEN: "inherited",
  });
  assert.match(made, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.notEqual(made, pairingToken(configWith({}), {}));
});
