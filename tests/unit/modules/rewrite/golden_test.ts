import assert from "node:assert/strict";
import { type FieldLine, FieldList } from "../../../../src/http1/fields.ts";
import { rewriteAnswers } from "../../../../src/modules/rewrite/outbound.ts";
import { rewriteRules } from "../../../../src/modules/rewrite/rules.ts";
import { emptyContent } from "../../../../src/contract/content.ts";
import { type Asked, stageOf } from "../../../support/rewrite_stage.ts";

/**
 * Each `tests/golden/rewrite/NAME.config` is compiled, and `NAME.json` says what lies beside it, what is asked and
 * what comes of it. With GOLDEN=write the results are written; read the difference before you keep it.
 */
const FOLDER = new URL("../../../golden/rewrite/", import.meta.url);

interface Golden {
  readonly files?: readonly string[];
  readonly asks: readonly Ask[];
  readonly problems?: readonly string[];
}

interface Ask {
  readonly target: string;
  readonly method?: string;
  readonly secure?: boolean;
  readonly fields?: readonly FieldLine[];
  /** What came of it. */
  readonly result?: string;
  /** Of the request that goes on, beside Host, or of the answer. */
  readonly now?: readonly string[];
}

const answer = {
  head: {
    status: 200,
    reason: "OK",
    fields: new FieldList([["Server", "Kestrel"], ["X-App", "1"]]),
  },
  content: emptyContent,
};

function resultOf({ target, answer, failure, fields, reply }: Asked): Pick<Ask, "result" | "now"> {
  const outbound = Array.from(reply?.head.fields ?? [], ([name, value]) => `${name}: ${value}`);
  const now = target === undefined ? outbound : [...fields.slice(1), "→", ...outbound];
  return { result: target ?? answer ?? failure ?? "", now };
}

for (const { name: file } of Deno.readDirSync(FOLDER)) {
  if (!file.endsWith(".config")) continue;
  const name = file.slice(0, -".config".length);
  Deno.test(`the rules of golden/rewrite/${file} do what ${name}.json says`, async () => {
    const place = new URL(`${name}.json`, FOLDER);
    const expected: Golden = JSON.parse(await Deno.readTextFile(place));
    await using stage = await stageOf(await Deno.readTextFile(new URL(file, FOLDER)), {
      files: expected.files ?? [],
      sources: [rewriteAnswers, rewriteRules],
    });
    const asks: Ask[] = [];
    for (const { target, method = "GET", secure = false, fields = [], ...old } of expected.asks) {
      const options = { method, secure, fields, answer };
      const { result: _result, now: _now, ...rest } = old;
      const sent = {
        ...(method === "GET" ? {} : { method }),
        ...(secure ? { secure } : {}),
        ...(fields.length ? { fields } : {}),
      };
      asks.push({ target, ...sent, ...rest, ...resultOf(await stage.ask(target, options)) });
    }
    const actual = { files: expected.files ?? [], problems: stage.problems, asks };
    if (Deno.env.get("GOLDEN") === "write") {
      await Deno.writeTextFile(place, JSON.stringify(actual, null, 2) + "\n");
    }
    assert.deepEqual(actual, JSON.parse(await Deno.readTextFile(place)));
  });
}
