import type { AppConfig } from "../config/app_config.ts";
import type { BackendStatus } from "../contract/backend_status.ts";
import type { BackendDirectory } from "../contract/directory.ts";
import type { RecycleEnd } from "./application/application.ts";

/** What came of {@linkcode Backend.recycle}. */
export interface Recycled {
  /**
   * - `switched`: a new generation serves
   * - `idle`: nothing ran that had to be replaced
   * - `kept`: the new generation did not start, and the old one serves on, with its old configuration; where it had to
   *   end before, it is started again
   * - `failed`: the new generation did not start, and there was none with another configuration to go back to
   * - `given-up`: another recycle took its place, the application went offline, or the host stops
   */
  readonly outcome: RecycleEnd["outcome"];
  /** One sentence for a person, without a full stop. */
  readonly message: string;
}

/** The backend of one application, from its first start to the end of the host. Disposing it stops it. */
export interface Backend extends AsyncDisposable {
  /** What the data plane sees of it. */
  readonly directory: BackendDirectory;
  /** Gives what there is to know of it, for people. */
  status(): BackendStatus;
  /**
   * Puts new processes in the place of those that run; where none runs or starts, the next start is a new one all the
   * same. Of several recycles at a time the newest counts. Never rejects.
   *
   * @param asked `config`: counts from now on, but goes with a new generation that does not start while the old one
   * serves on
   */
  recycle(
    asked: { readonly reason: string; readonly config?: AppConfig | undefined },
  ): Promise<Recycled>;
  /** Ends everything, with time to finish, and starts nothing before {@linkcode comeBack}. Resolves when it is so. */
  goOffline(): Promise<void>;
  /** Lets requests start it again. */
  comeBack(): void;
  /** Ends what serves, with time to finish, until the next request. */
  rest(reason: string): void;
  /**
   * Ends it with time to finish, and starts nothing any more. Resolves when no process of it is left; again and again the same.
   *
   * @param signal aborted: kills at once what is left
   */
  stop(signal?: AbortSignal): Promise<void>;
  /** Kills every process before it returns, and starts nothing any more. */
  kill(): void;
}
