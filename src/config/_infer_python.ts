import type { AppLook } from "./_app_look.ts";
import { portNote } from "./_port_note.ts";
import { djangoModules, objectOf, type PythonObject, type ServedAs } from "./_python_source.ts";
import { type AppCandidate, type Found, NOTHING } from "./app_candidate.ts";

/** Where Python applications begin, in the order in which they are looked at. */
const ENTRIES = ["asgi.py", "wsgi.py", "app.py", "main.py", "server.py"];
const REQUIREMENTS = ["requirements.txt", "pyproject.toml", "Pipfile"];
const INTERPRETERS = [".venv", "venv", "env"].flatMap((folder) => [
  `${folder}/bin/python3`,
  `${folder}/bin/python`,
  `${folder}/Scripts/python.exe`,
]);
const ONE_CLIENT = "It is started by the framework's own server, which is meant for development: " +
  "name a server such as gunicorn or uvicorn in requirements.txt";

/** Servers by what they serve, the better known first, with the arguments behind `-m NAME`. */
const SERVERS: Readonly<Record<ServedAs, readonly (readonly [name: string, args: string])[]>> = {
  asgi: [
    ["uvicorn", "--host 127.0.0.1 --port %PORT%"],
    ["hypercorn", "--bind 127.0.0.1:%PORT%"],
  ],
  wsgi: [
    ["gunicorn", "--bind 127.0.0.1:%PORT%"],
    ["waitress", "--listen=127.0.0.1:%PORT%"],
  ],
};

/** Finds a Python application: Django, an ASGI or WSGI application with a server in its requirements, or a program. */
export async function inferPython(look: AppLook): Promise<Found> {
  const python = new Python(look, await requirementsOf(look), await interpreterOf(look));
  return await python.django() ?? await python.module() ?? NOTHING;
}

async function requirementsOf(look: AppLook): Promise<string> {
  const texts: string[] = [];
  for (const name of REQUIREMENTS) if (look.has(name)) texts.push(await look.text(name) ?? "");
  return texts.join("\n").replace(/#.*$/gm, "");
}

/** The one of the application's own environment, where it has one. */
async function interpreterOf(look: AppLook): Promise<string> {
  const own = await look.firstFile(INTERPRETERS);
  if (own !== undefined) return `./${own}`;
  return Deno.build.os === "windows" ? "python" : "python3";
}

class Python {
  readonly #look: AppLook;
  readonly #requirements: string;
  readonly #interpreter: string;

  constructor(look: AppLook, requirements: string, interpreter: string) {
    this.#look = look;
    this.#requirements = requirements;
    this.#interpreter = interpreter;
  }

  async django(): Promise<Found | undefined> {
    const file = "manage.py";
    const source = this.#look.has(file) ? await this.#look.text(file) : undefined;
    if (source === undefined) return undefined;
    const reason = `"${file}" belongs to a Django project`;
    for (const { servedAs, module, path } of djangoModules(source)) {
      const server = await this.#look.firstFile([path]) && this.#server(servedAs);
      if (server) {
        return this.#found(
          file,
          `${reason}, to be served by ${server.name}`,
          server.with(`${module}:application`),
        );
      }
    }
    return this.#found(file, reason, `${file} runserver --noreload 127.0.0.1:%PORT%`, [ONE_CLIENT]);
  }

  async module(): Promise<Found | undefined> {
    const file = ENTRIES.find((name) => this.#look.has(name));
    const source = file && await this.#look.text(file);
    if (file === undefined || source === undefined) return undefined;
    const object = objectOf(source);
    const server = object && this.#server(object.servedAs);
    const name = file.replace(/\.py$/, "");
    if (object && server) {
      const reason =
        `"${file}" has the ${object.kind} application "${object.name}", to be served by ${server.name}`;
      return this.#found(file, reason, server.with(`${name}:${object.name}`));
    }
    if (/__name__\s*==\s*["']__main__["']/.test(source) || !object) {
      return this.#found(file, `"${file}" is a program`, file, portNote(file, source));
    }
    return this.#withoutServer(file, name, object);
  }

  #withoutServer(file: string, name: string, { kind, servedAs }: PythonObject): Found {
    if (kind === "Flask") {
      const args = `-m flask --app ${name} run --host 127.0.0.1 --port %PORT%`;
      return this.#found(file, `"${file}" has a Flask application`, args, [ONE_CLIENT]);
    }
    const servers = SERVERS[servedAs].map(([name]) => name).join(" or ");
    const hint = `"${file}" has the application and no server: add ${servers} to requirements.txt`;
    return { candidates: [], hints: [hint] };
  }

  #found(entry: string, reason: string, args: string, notes: readonly string[] = []): Found {
    const candidate: AppCandidate = {
      kind: "python",
      entry,
      reason,
      processPath: this.#interpreter,
      arguments: args,
      notes,
    };
    return { candidates: [candidate], hints: [] };
  }

  #server(servedAs: ServedAs) {
    const known = SERVERS[servedAs].find(([name]) =>
      new RegExp(`(?<![\\w-])${name}(?![\\w-])`, "i").test(this.#requirements)
    );
    if (!known) return undefined;
    const [name, args] = known;
    return { name, with: (object: string) => `-m ${name} ${args} ${object}` };
  }
}
