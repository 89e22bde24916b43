/** How a Python application is called by its server. */
export type ServedAs = "asgi" | "wsgi";

/** The object of a module that a server serves. */
export interface PythonObject {
  readonly name: string;
  /** For people: `FastAPI`, `Flask`, `WSGI`, … */
  readonly kind: string;
  readonly servedAs: ServedAs;
}

/** What makes an application, at the beginning of a line. */
const MAKERS: readonly (readonly [pattern: RegExp, servedAs: ServedAs])[] = [
  [/^(\w+)\s*(?::[^=\n]+)?=\s*(?:\w+\.)?(FastAPI|Starlette|Quart|Litestar)\(/m, "asgi"],
  [/^(\w+)\s*(?::[^=\n]+)?=\s*(?:\w+\.)?(Flask|Bottle|APIFlask)\(/m, "wsgi"],
];
const CALLS: readonly (readonly [pattern: RegExp, servedAs: ServedAs])[] = [
  [/^(\w+)\s*=\s*(?:\w+\.)?get_asgi_application\(/m, "asgi"],
  [/^async def (app|application)\(/m, "asgi"],
  [/^(\w+)\s*=\s*(?:\w+\.)?get_wsgi_application\(/m, "wsgi"],
  [/^def (app|application)\(/m, "wsgi"],
];

/** Finds the application in the source of a module. */
export function objectOf(source: string): PythonObject | undefined {
  for (const [pattern, servedAs] of MAKERS) {
    const [, name, kind] = pattern.exec(source) ?? [];
    if (name && kind) return { name, kind, servedAs };
  }
  for (const [pattern, servedAs] of CALLS) {
    const [, name] = pattern.exec(source) ?? [];
    if (name) return { name, kind: servedAs.toUpperCase(), servedAs };
  }
  return undefined;
}

/** Gives the modules in which the project of a `manage.py` may have its application; WSGI first, as Django does. */
export function djangoModules(manage: string) {
  const [, settings = ""] = /["']DJANGO_SETTINGS_MODULE["']\s*,\s*["']([\w.]+)["']/.exec(manage) ??
    [];
  const [project] = settings.split(".");
  if (!project) return [];
  return (["wsgi", "asgi"] as const).map((servedAs) => ({
    servedAs,
    module: `${project}.${servedAs}`,
    path: `${project}/${servedAs}.py`,
  }));
}
