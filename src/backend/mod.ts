/** One backend process and its life. Only here are programs started. */
export { type BackendOptions, createBackend } from "./backend.ts";
export type { Backend, Recycled } from "./face.ts";
export type { OutputLine } from "./child.ts";
export type { Probe } from "./readiness.ts";
export type { Variables } from "./environment.ts";
export { type AppOffline, type AppOfflineOptions, watchAppOffline } from "./app_offline.ts";
export { type FileWatch, signOfFiles, watchFiles } from "./file_watch.ts";
export { watchRecycleFiles } from "./recycle_files.ts";
export { recycleLimits } from "./recycle_limits.ts";
export { watchAssemblies } from "./shadow_copy_watch.ts";
export { servingBytes } from "./resident_memory.ts";
export { CONFIG_FILE, type ConfigWatchOptions, watchConfig } from "./watched_config.ts";
export { makeRuntimeFolder } from "./runtime_folder.ts";
