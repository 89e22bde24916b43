import type { Fields, Reply } from "../../contract/exchange.ts";
import type { AnswerField } from "./_scope.ts";

/** Gives an answer with the fields that rules want in it. @see IIS M-RW-72 */
export function withAnswerFields(reply: Reply, wanted: readonly AnswerField[]): Reply {
  const fields = wanted.reduce(withField, reply.head.fields);
  return { ...reply, head: { ...reply.head, fields } };
}

function withField(fields: Fields, { name, value, replaces }: AnswerField): Fields {
  if (!replaces && fields.has(name)) return fields;
  return value === "" ? fields.without([name]) : fields.with(name, value);
}
