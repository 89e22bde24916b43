import type { Seen } from "./smuggling_probe.ts";

/** What became of a payload on one way to the backend. */
export interface Verdict {
  readonly seen: Seen;
  /** The requests that the backend saw, as it logs them: method and URL. */
  readonly requests: readonly string[];
}

/** What became of a payload by way of the host, and straight. */
export interface Row {
  readonly what: string;
  readonly host: Verdict;
  readonly kestrel: Verdict;
}

/** In the URL of the request that follows every payload. */
const LAST = "/last";

/**
 * Says what is dangerous about a row: where the backend saw another number of requests than the host passed on, or
 * where it would have made other requests of bytes that the host let pass. To refuse or to close early is safe.
 */
export function dangersOf(row: Row): string[] {
  return [...miscounted(row.host), ...misread(row), ...readOn(row), ...otherContent(row)];
}

/** By way of the host, each request that the backend sees is one that the host passed on, and is answered to. */
function miscounted({ seen, requests }: Verdict): string[] {
  const passed = seen.answers.filter((answer) => answer.isOfKestrel);
  // A head may have gone on before its content was refused or stayed out: one request without an answer.
  const isUnanswered = seen.end === "waits" || seen.rest !== "" ||
    seen.answers.at(-1)?.isOfKestrel !== true;
  const most = passed.length + (isUnanswered ? 1 : 0);
  const least = passed.filter(isOfApp).length;
  return requests.length < least || requests.length > most
    ? [`the backend saw ${requests.length} requests and answered ${passed.length}`]
    : [];
}

/** Each request that the host passes on is the one that the backend would have seen in its place. */
function misread({ host, kestrel }: Row): string[] {
  const dangers: string[] = [];
  let passed = 0;
  host.seen.answers.forEach((answer, i) => {
    if (!answer.isOfKestrel || !isOfApp(answer)) return;
    const here = host.requests[passed++];
    const there = kestrel.requests[i];
    // Who sees nothing there has refused or closed before.
    if (there !== undefined && here !== there) {
      dangers.push(`request ${i + 1} is "${here}", to Kestrel "${there}"`);
    }
  });
  const isThrough = host.requests.at(-1)?.includes(LAST) === true;
  if (isThrough && kestrel.requests.length > host.seen.answers.length) {
    dangers.push(`Kestrel makes ${kestrel.requests.length} requests of the same bytes`);
  }
  return dangers;
}

/** Behind what the host refused it takes nothing for a request, unless Kestrel reads on there too. */
function readOn({ host, kestrel }: Row): string[] {
  const refused = host.seen.answers.findIndex((answer) => !answer.isOfKestrel);
  const behind = host.seen.answers.length - 1 - refused;
  if (refused < 0 || behind === 0 || kestrel.requests.length > refused + 1) return [];
  const isOnlyLast = behind === 1 && host.requests.at(-1)?.includes(LAST) === true;
  return isOnlyLast ? [] : ["the host reads on behind a refusal, Kestrel does not"];
}

/** Content that both take ends at the same byte. */
function otherContent({ host, kestrel }: Row): string[] {
  return host.seen.answers.flatMap(({ content: here }, i) => {
    const there = kestrel.seen.answers[i]?.content ?? "";
    const areUploads = [here, there].every((content) => content.startsWith('{"length"'));
    return areUploads && here !== there ? [`content is ${here}, to Kestrel ${there}`] : [];
  });
}

/** Whether the app answered; Kestrel refuses what is no valid request before it is one. */
function isOfApp({ status, content }: Seen["answers"][number]): boolean {
  return !([400, 411, 413, 414, 431, 505].includes(status) && content === "");
}

/** Writes a verdict in one column: `200 400 closed, 1 request`. */
export function verdictText({ seen, requests }: Verdict): string {
  const statuses = seen.answers.map(({ status, isOfKestrel }) =>
    isOfKestrel ? status : `(${status})`
  );
  const rest = seen.rest === "" ? "" : ` + ${JSON.stringify(seen.rest.slice(0, 20))}`;
  return `${statuses.join(" ") || "nothing"}${rest} ${seen.end}, ${requests.length} seen`;
}
