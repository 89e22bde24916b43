import {
  CONFIG_FILE,
  createBackend,
  makeRuntimeFolder,
  signOfFiles,
  watchAppOffline,
  watchFiles,
} from "./backend/mod.ts";
import { systemClock } from "./contract/clock.ts";
import { Deadlines } from "./contract/deadlines.ts";
import type { Exchange, Reply } from "./contract/exchange.ts";
import { fetchTransport } from "./gateway/fetch_transport.ts";
import { InFlight } from "./gateway/in_flight.ts";
import { probe } from "./gateway/probe.ts";
import { requestShutdown } from "./gateway/shutdown_request.ts";
import { traced } from "./gateway/trace_context.ts";
import { wireTransport } from "./gateway/wire_transport.ts";
import { accountsOf } from "./host/accounts.ts";
import { openAdmin } from "./host/admin.ts";
import { certificateFor, onlyPort } from "./host/certificates.ts";
import { develop } from "./host/development.ts";
import { usableConfig } from "./host/configuration.ts";
import { observe } from "./host/observation.ts";
import { RunningHost } from "./host/running.ts";
import type { Host, HostOptions } from "./host/options.ts";
import { backendConfig, Serving } from "./host/serving.ts";
import { warming } from "./host/warming.ts";
import { startWatching } from "./host/watching.ts";
import { offlineReply } from "./pages/app_offline_page.ts";
import { serverLimits } from "./server/limits.ts";
import { listen, resetConnection } from "./server/listener.ts";
import { certificateFilesOf, watchCertificate } from "./server/tls_reload.ts";
import { parseTrustedProxies } from "./server/trusted_proxy.ts";

export { checkConfig, type CheckOptions } from "./host/check.ts";
export { problemEvent } from "./host/configuration.ts";
export {
  ConfigError,
  type DevelopmentOptions,
  type Host,
  type HostLimits,
  type HostOptions,
} from "./host/options.ts";
export { LaunchProfileError } from "./config/mod.ts";
export type { ChosenLimits } from "./server/limits.ts";
export { CertificateError, type CertificateSource } from "./server/tls_certificate.ts";
export { TrustedProxyError } from "./server/trusted_proxy.ts";
export { AccessLogError, type AccessLogOptions, type Rotation } from "./observe/access_log.ts";
export { ListenError } from "./server/listener.ts";

/**
 * Serves an application folder: reads its configuration, listens, and starts the backend with the first
 * request. Resolves when every listener accepts.
 *
 * @throws {ConfigError} where the configuration cannot be used
 * @throws {ListenError} where an address cannot be had
 */
export async function startHost(asked: HostOptions): Promise<Host> {
  await using undo = new AsyncDisposableStack();
  const observation = undo.use(await observe(asked));
  const { report } = observation;
  const development = asked.development && undo.use(await develop(asked, report));
  const options = development?.options ?? asked;
  const { pathBase = "/", environment = {} } = options;

  // 1. What is to be served, as it is at this moment.
  const since = await signOfFiles(options.appDir, [CONFIG_FILE]);
  const config = await usableConfig(options, report);
  const urls = options.listen?.length ? options.listen : ["http://localhost:8080"];
  const isTrusted = parseTrustedProxies(options.trustedProxies ?? []);
  const certificate = await certificateFor(urls, options.certificate, report);
  const accounts = undo.use(await accountsOf(options, report));
  let httpsPort: number | undefined = undefined;

  // 2. The backend, which nothing has asked for yet.
  const backend = createBackend({
    config: backendConfig(config, { options }),
    pathBase,
    environmentName: options.environmentName,
    preload: options.preload,
    // Known once it is listened on, which is before anything is started.
    get httpsPort() {
      return httpsPort;
    },
    hostEnvironment: environment,
    clock: systemClock,
    report,
    output: (line) => observation.printed(line),
    probe,
    requestShutdown: (target, signal) => requestShutdown(pathBase, target, signal),
    warmUp: warming(pathBase, report),
    beforeStart: development && (() => development.beforeStart()),
    lookAgain: () => void offline.page(),
  });
  undo.defer(() => backend.kill());
  const watch = undo.use(watchFiles({ root: config.root, clock: systemClock, report }));
  const offline = undo.use(
    await watchAppOffline({
      root: config.root,
      watch,
      clock: systemClock,
      report,
      appeared: () => void backend.goOffline(),
      gone: () => backend.comeBack(),
    }),
  );

  // 3. The way to it.
  const deadlines = undo.use(new Deadlines(systemClock));
  const transport = undo.use(
    options.transport === "fetch"
      ? fetchTransport()
      : wireTransport({ deadlines, reset: resetConnection }),
  );
  const inFlight = undo.use(new InFlight({ directory: backend.directory, transport }));
  const offlineAnswer = async (x: Exchange): Promise<Reply | undefined> => {
    const page = await offline.page();
    return page && offlineReply(page, x);
  };
  const serving = new Serving(config, {
    options,
    report,
    failed: (x, error) => observation.failed(x, error),
    deadlines,
    transport,
    inFlight,
    backend,
    offline: offlineAnswer,
    accounts,
    development,
    httpsPort: () => httpsPort,
  });
  const page = serving.page.bind(serving);

  // 4. The listeners.
  const { waiting: _, ...limits } = options.limits ?? {};
  const listeners = undo.use(listen(urls, {
    handler: options.traceparent ? traced(serving.handle) : serving.handle,
    page,
    limits: serverLimits(limits),
    isTrusted,
    ...(certificate ? { certificate } : {}),
    ...observation.listeners(),
  }));
  httpsPort = onlyPort(listeners.urls);
  if (certificate && options.certificate) {
    undo.use(watchCertificate({
      current: certificate,
      files: certificateFilesOf(options.certificate),
      clock: systemClock,
      report,
      changed: (material) => listeners.replaceCertificate(material),
    }));
  }
  for (const url of listeners.urls) {
    report({ level: "info", name: "listening", message: `Listening on ${url}`, facts: { url } });
  }

  // 5. What acts on it by itself, and who may ask for something.
  const traffic = inFlight;
  const watching = undo.use(
    await startWatching({ options, report, backend, serving, traffic, watch, offline, since }),
  );
  const host = new RunningHost({
    options,
    report,
    backend,
    serving,
    traffic,
    listeners,
    watching,
    observation,
  });
  const folder = options.admin === undefined ? await makeRuntimeFolder(environment) : undefined;
  const { admin, adminToken } = options;
  const { root } = config;
  const site = host.controls();
  host.admits(await openAdmin({ admin, adminToken, root, folder, report, page, site }));
  if (options.preload) backend.directory.want();
  await development?.follow({ backend, serving });
  host.owns(undo.move());
  return host;
}
