import { quoted } from "./problem.ts";
import type {
  AttributeSchema,
  AttributeValue,
  EnumAttribute,
  FlagsAttribute,
  StringAttribute,
  TimeSpanAttribute,
  UintAttribute,
} from "./schema.ts";

/** A value, or what is wrong with the text and what would be right. */
export type Reading =
  | { readonly value: AttributeValue }
  | { readonly wrong: string; readonly right: string };

const UINT_MAX = 4_294_967_295;
/** Days (optional), hours, minutes, seconds; hours may pass 24 as ANCM's documentation writes them. */
const TIME_SPAN = /^(?:(\d{1,5})\.)?(\d{1,5}):(\d{2}):(\d{2})$/;

/**
 * Reads the text of an attribute as its schema says.
 *
 * @see ANCM C-2, IIS M-CF-20, M-CF-22, M-CF-26
 */
export function readValue(schema: AttributeSchema, text: string): Reading {
  switch (schema.type) {
    case "string":
      return readString(schema, text);
    case "boolean":
      return readBoolean(text);
    case "uint":
      return readUint(schema, text);
    case "timeSpan":
      return readTimeSpan(schema, text);
    case "enum":
      return readEnum(schema, text);
    case "flags":
      return readFlags(schema, text);
  }
}

/** Writes milliseconds as web.config does: `00:02:00`. */
export function formatTimeSpan(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
    .map((part) => String(part).padStart(2, "0")).join(":");
}

function readString(schema: StringAttribute, text: string): Reading {
  if (!schema.nonEmpty || text.trim() !== "") return { value: text };
  return { wrong: "it is empty", right: "give it a value" };
}

function readBoolean(text: string): Reading {
  const value = text.toLowerCase();
  if (value === "true" || value === "false") return { value: value === "true" };
  return { wrong: `${quoted(text)} is neither true nor false`, right: 'write "true" or "false"' };
}

function readUint(schema: UintAttribute, text: string): Reading {
  const { min = 0, max = UINT_MAX, unit } = schema;
  const right = `write a whole number${unit ? ` of ${unit}` : ""} from ${min} to ${max}`;
  if (!(min < 0 ? /^-?\d+$/ : /^\d+$/).test(text)) {
    return { wrong: `${quoted(text)} is not a whole number`, right };
  }
  const value = Number(text);
  if (value >= min && value <= max) return { value };
  return { wrong: `${quoted(text)} is out of range`, right };
}

function readTimeSpan(schema: TimeSpanAttribute, text: string): Reading {
  const { minMs = 0, maxMs } = schema;
  const right = `write hh:mm:ss from ${formatTimeSpan(minMs)} to ${formatTimeSpan(maxMs)}`;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = (TIME_SPAN.exec(text) ?? []).slice(1)
    .map((part) => Number(part ?? 0));
  if (!TIME_SPAN.test(text) || minutes > 59 || seconds > 59 || (text.includes(".") && hours > 23)) {
    return { wrong: `${quoted(text)} is not a time`, right };
  }
  const value = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
  if (value >= minMs && value <= maxMs) return { value };
  return { wrong: `${quoted(text)} is out of range`, right };
}

function readEnum(schema: EnumAttribute, text: string): Reading {
  const isDefault = text === "" && schema.emptyIsDefault;
  const value = isDefault ? schema.default : inSpelling(schema.values, text);
  if (value !== undefined) return { value };
  return { wrong: `${quoted(text)} is not a known value`, right: `write ${choice(schema.values)}` };
}

function readFlags(schema: FlagsAttribute, text: string): Reading {
  const words = text.split(",").map((word) => word.trim()).filter((word) => word !== "");
  const unknown = words.find((word) => inSpelling(schema.values, word) === undefined);
  if (unknown === undefined) {
    const known = words.map((word) => inSpelling(schema.values, word) ?? word);
    return { value: [...new Set(known)] };
  }
  const right = `write one or more, separated by commas, of ${choice(schema.values)}`;
  return { wrong: `${quoted(unknown)} is not a known value`, right };
}

function inSpelling(values: readonly string[], word: string): string | undefined {
  const wanted = word.toLowerCase();
  return values.find((value) => value.toLowerCase() === wanted);
}

function choice(values: readonly string[]): string {
  const all = values.map((value) => `"${value}"`);
  return all.length < 2 ? all.join("") : `${all.slice(0, -1).join(", ")} or ${all.at(-1)}`;
}
