/** A backend as the host starts it: see web.config beside this file. */
import { backend } from "./backend.ts";

const port = Number(Deno.env.get("ASPNETCORE_PORT"));
const token = Deno.env.get("ASPNETCORE_TOKEN");
const applicationPath = Deno.env.get("ASPNETCORE_APPL_PATH") ?? "/";
if (!port || !token) throw new Error("Start this through the host: it sets ASPNETCORE_PORT");

// After it no connection is taken any more; the process ends when the last request has.
const stop = () => void server.shutdown();
const server = Deno.serve(
  { hostname: "127.0.0.1", port, onListen: () => {} },
  backend({ token, applicationPath }, stop),
);
if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", stop);
await server.finished;
