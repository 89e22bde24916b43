import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { expander } from "../../../src/config/expand.ts";

const expand = expander({ Home: "/srv", HOME: "/root", EMPTY: "", LOOP: "%HOME%", A_B: "x" });

Deno.test("expander() replaces names whatever their case, the exact one first (ANCM C-50)", () => {
  strictEqual(expand("%HOME%/%Home%/%home%").text, "/root//srv//srv");
  strictEqual(expand("[%EMPTY%][%a_b%]").text, "[][x]");
});

Deno.test("expander() leaves unknown names with their percent signs and tells them", () => {
  deepStrictEqual(expand("%NO%HOME%"), { text: "%NO/root", unresolved: ["NO"] });
  deepStrictEqual(expand("100% of %HOME%"), { text: "100% of /root", unresolved: [" of "] });
  deepStrictEqual(expand("%%HOME%%"), { text: "%/root%", unresolved: [] });
  deepStrictEqual(expand("50%"), { text: "50%", unresolved: [] });
  deepStrictEqual(expand("%toString%"), { text: "%toString%", unresolved: ["toString"] });
});

Deno.test("expander() does not look again at what it put in (ANCM C-51)", () => {
  strictEqual(expand("%LOOP%").text, "%HOME%");
});

Deno.test("expander() leaves kept names for somebody else even where they are set", () => {
  const withPort = expander({ PORT: "80", X: "y" });
  deepStrictEqual(withPort("%Port%X%X%", new Set(["port"])), { text: "%Port%Xy", unresolved: [] });
});
