import { strictEqual } from "node:assert/strict";
import { handlerSetting } from "../../../src/config/handler_setting.ts";

Deno.test("handlerSetting() gives the first one of a name, whatever its case (ANCM C-32)", () => {
  const handlerSettings = [
    { name: "ShutdownDelay", value: "1" },
    { name: "shutdownDelay", value: "2" },
  ];
  strictEqual(handlerSetting({ handlerSettings }, "shutdowndelay"), "1");
  strictEqual(handlerSetting({ handlerSettings }, "other"), undefined);
});
