import { strictEqual } from "node:assert/strict";
import { configuredPath } from "../../../../src/backend/watch/_configured_path.ts";

const HERE: readonly (readonly [written: string, path: string | undefined])[] = [
  [".\\logs\\stdout", "/srv/app/logs/stdout"],
  ["logs\\stdout", "/srv/app/logs/stdout"],
  ["logs/stdout", "/srv/app/logs/stdout"],
  ["..\\logs\\stdout", "/srv/logs/stdout"],
  [".\\logs\\", "/srv/app/logs/"],
  ["\\var\\log\\app", "/var/log/app"],
  ["/var/log/../log/app", "/var/log/app"],
  ["\\\\?\\/home/site\\LogFiles\\stdout", "/home/site/LogFiles/stdout"],
  ["\\\\?\\%home%\\LogFiles\\stdout", undefined],
  ["\\\\?\\C:\\logs\\stdout", undefined],
  ["\\\\server\\share\\stdout", undefined],
  ["D:\\logs\\stdout", undefined],
];

for (const [written, path] of HERE) {
  Deno.test(`configuredPath() takes ${written} for ${path ?? "a path of Windows"} (ANCM C-57)`, () => {
    strictEqual(configuredPath("/srv/app", written, false), path);
  });
}

const ON_WINDOWS: readonly (readonly [written: string, path: string])[] = [
  [".\\logs\\stdout", "C:\\app\\logs\\stdout"],
  ["logs/stdout", "C:\\app\\logs\\stdout"],
  ["D:\\logs\\stdout", "D:\\logs\\stdout"],
  ["\\\\server\\share\\stdout", "\\\\server\\share\\stdout"],
];

for (const [written, path] of ON_WINDOWS) {
  Deno.test(`configuredPath() takes ${written} for ${path} on Windows (ANCM C-57)`, () => {
    strictEqual(configuredPath("C:\\app", written, true), path);
  });
}
