/** Files that one instruction brings into a stage. */
export interface Copy {
  /** Name of the stage they come from; absent: the context of the build. */
  readonly from?: string;
  readonly sources: readonly string[];
  readonly target: string;
}

/** One stage of a Containerfile, from FROM to the next one. */
export interface Stage {
  /** After AS; empty where there is none. */
  readonly name: string;
  /** The image, or the stage, that it begins with; arguments filled in. */
  readonly base: string;
  readonly copies: Copy[];
  /** Programs that run while it is built. */
  readonly runs: string[][];
  readonly env: Record<string, string>;
  readonly ports: number[];
  workdir: string;
  user: string;
  stopSignal: string;
  entrypoint: string[];
  cmd: string[];
  health?: { readonly command: string[]; readonly flags: Readonly<Record<string, string>> };
}

/**
 * Reads a Containerfile, as far as this project uses what can stand in one: programs as JSON lists only, since a
 * shell need not be there, and no flags but those of COPY and HEALTHCHECK.
 *
 * @throws {Error} at anything else
 */
export function parseContainerfile(text: string): Stage[] {
  const stages: Stage[] = [];
  const args: Record<string, string> = {};
  for (const line of instructionsOf(text)) {
    const [, verb = "", rest = ""] = /^([A-Z]+)\s+(.+)$/.exec(line) ?? [];
    const stage = stages.at(-1);
    if (verb === "FROM") stages.push(newStage(filled(rest, args)));
    else if (stage) take(stage, verb, rest);
    else if (verb === "ARG") Object.assign(args, assignment(rest));
    else throw new Error(`Cannot read "${line}": before FROM only ARG may stand`);
  }
  return stages;
}

function instructionsOf(text: string): string[] {
  const lines = text.split("\n").filter((line) => !/^\s*#/.test(line));
  return lines.join("\n").replace(/\\\n\s*/g, "").split("\n").map((line) => line.trim())
    .filter((line) => line !== "");
}

function newStage(rest: string): Stage {
  const [, base, name = ""] = /^(\S+)(?: AS (\S+))?$/.exec(rest) ?? [];
  if (base === undefined) throw new Error(`Cannot read "FROM ${rest}"`);
  const lists = { copies: [], runs: [], ports: [], entrypoint: [], cmd: [] };
  return { name, base, ...lists, env: {}, workdir: "/", user: "0:0", stopSignal: "SIGTERM" };
}

function take(stage: Stage, verb: string, rest: string): void {
  switch (verb) {
    case "COPY":
      return void stage.copies.push(copyOf(rest));
    case "RUN":
      return void stage.runs.push(listOf(rest));
    case "ENV":
      return void Object.assign(stage.env, assignment(rest));
    case "EXPOSE":
      return void stage.ports.push(Number(rest));
    case "WORKDIR":
      return void (stage.workdir = rest);
    case "USER":
      return void (stage.user = rest);
    case "STOPSIGNAL":
      return void (stage.stopSignal = rest);
    case "ENTRYPOINT":
      return void (stage.entrypoint = listOf(rest));
    case "CMD":
      return void (stage.cmd = listOf(rest));
    case "HEALTHCHECK":
      return void (stage.health = healthOf(rest));
    default:
      throw new Error(`Cannot read the instruction "${verb} ${rest}"`);
  }
}

function copyOf(rest: string): Copy {
  const [, from, names = ""] = /^(?:--from=(\S+) )?([^-].*)$/.exec(rest) ?? [];
  const sources = names.split(/\s+/);
  const target = sources.pop();
  if (!target || sources.length === 0) throw new Error(`Cannot read "COPY ${rest}"`);
  return { ...(from === undefined ? {} : { from }), sources, target };
}

function healthOf(rest: string): NonNullable<Stage["health"]> {
  const [flags = "", command] = rest.split(/\s*CMD\s+/);
  if (command === undefined) throw new Error(`Cannot read "HEALTHCHECK ${rest}"`);
  const pairs = [...flags.matchAll(/--([\w-]+)=(\S+)/g)].map(([, name, value]) => [name, value]);
  return { command: listOf(command), flags: Object.fromEntries(pairs) };
}

function listOf(text: string): string[] {
  const list: unknown = text.startsWith("[") ? JSON.parse(text) : undefined;
  if (!Array.isArray(list) || !list.every((item) => typeof item === "string")) {
    throw new Error(`Cannot take "${text}": without a shell it has to be a JSON list of texts`);
  }
  return list;
}

function assignment(text: string): Record<string, string> {
  const [, name, value = ""] = /^(\w+)=(\S*)$/.exec(text) ?? [];
  if (name === undefined) throw new Error(`Cannot read "${text}": NAME=VALUE is right`);
  return { [name]: value };
}

function filled(text: string, args: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = args[name];
    if (value === undefined) throw new Error(`Cannot fill in "${name}": no ARG of that name`);
    return value;
  });
}
