import type { HostOptions, Rotation } from "../host.ts";
import { type CommandLine, optionOf } from "./arguments.ts";

/** Gives the access log that the command line asks for. */
export function accessLogOption(line: CommandLine): Pick<HostOptions, "accessLog"> {
  const to = optionOf(line, "access-log");
  if (to === undefined || to === "") return {};
  const fields = optionOf(line, "access-log-fields");
  const rotation = optionOf(line, "access-log-rotate") as Rotation | undefined;
  return {
    accessLog: {
      to,
      format: optionOf(line, "access-log-format") as "w3c" | "json",
      ...(fields === undefined ? {} : { fields: namesOf(fields) }),
      ...(rotation === undefined ? {} : { rotation }),
      maxBytes: Number(optionOf(line, "access-log-max-size")),
      kept: Number(optionOf(line, "access-log-keep")),
      anonymize: optionOf(line, "access-log-anonymize") === "true",
    },
  };
}

function namesOf(list: string): string[] {
  return list.split(/[\s,]+/).filter((name) => name !== "");
}
