import type { AspNetCoreConfig } from "../../config/app_config.ts";
import type { Child, Exit } from "./child.ts";
import type { AttemptFacts } from "./failure.ts";
import type { Launch } from "../launch/launch.ts";
import type { Fault } from "./life.ts";

/** What is known of one attempt to start a process, and of the process from then on. */
export class Attempt {
  launch: Launch | undefined;
  child: Child | undefined;
  /** Where it listens, if not where it was told to. */
  adoptedPort: number | undefined;
  exit: Exit | undefined;
  /** Whether something that it had started was there after its end. */
  leftOthers = false;

  /** Where it listens, or is to. */
  get port(): number | undefined {
    return this.adoptedPort ?? this.launch?.port;
  }

  /** Gives what a process has that was started. @throws {Error} where none was: our bug */
  running(): { child: Child; port: number } {
    const { child, port } = this;
    if (child === undefined || port === undefined) throw new Error("No process in this state");
    return { child, port };
  }

  /** Gives what helps to understand why it failed. */
  factsOf(
    fault: Fault,
    { processPath, writtenArguments }: AspNetCoreConfig,
  ): Omit<AttemptFacts, "folder" | "limitMs" | "mask"> {
    const { launch, child, exit, leftOthers } = this;
    const isTaken = fault.is === "taken" && launch !== undefined;
    return {
      processPath,
      arguments: writtenArguments,
      program: launch?.path,
      port: launch?.port,
      exit,
      leftOthers,
      stranger: isTaken ? child?.stranger(launch.port) : undefined,
      tail: child?.tail() ?? [],
    };
  }
}
