import { ok, strictEqual, throws } from "node:assert/strict";
import {
  HANDLER_SETTINGS,
  handlerSetting,
  handlerSettingNumber,
} from "../../../src/config/handler_setting.ts";

Deno.test("handlerSetting() gives the first one of a name, whatever its case (ANCM C-32)", () => {
  const handlerSettings = [
    { name: "ShutdownDelay", value: "1" },
    { name: "shutdownDelay", value: "2" },
  ];
  strictEqual(handlerSetting({ handlerSettings }, "shutdowndelay"), "1");
  strictEqual(handlerSetting({ handlerSettings }, "other"), undefined);
});

Deno.test("handlerSettingNumber() gives what is written in any case, else the default, times in milliseconds", () => {
  const handlerSettings = [
    { name: "STDOUTLOGMAXSIZE", value: "4096" },
    { name: "stdoutLogMaxAge", value: "1.00:00:01" },
    { name: "stdoutLogFilesKept", value: "" },
  ];
  strictEqual(handlerSettingNumber({ handlerSettings }, "stdoutLogMaxSize"), 4096);
  strictEqual(handlerSettingNumber({ handlerSettings }, "stdoutLogMaxAge"), 86_401_000);
  strictEqual(handlerSettingNumber({ handlerSettings }, "stdoutLogFilesKept"), 20);
  throws(() => handlerSettingNumber({ handlerSettings }, "enableShadowCopy"), /No number/);
});

Deno.test("HANDLER_SETTINGS have defaults that their own schemas can read", () => {
  for (const { name, value } of HANDLER_SETTINGS) {
    if (value?.type !== "uint" && value?.type !== "timeSpan") continue;
    ok(Number.isSafeInteger(handlerSettingNumber({ handlerSettings: [] }, name)), name);
  }
});
