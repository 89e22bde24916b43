import type { SectionElement } from "../../config/mod.ts";
import type { Awaitable, Exchange, Reply } from "../../contract/exchange.ts";
import { isLocal } from "../../contract/local_client.ts";
import type { ErrorStatus, Module } from "../../contract/module.ts";
import type { CompileParts, ModuleSource } from "../module_source.ts";
import { PerSection } from "../per_section.ts";
import { redirectReply } from "../redirect_reply.ts";
import { ErrorPages, type PageSource } from "./_error_pages.ts";
import { dropContent, emptied, withFile, withPage } from "./_replaced_answer.ts";
import { subRequest } from "./_sub_request.ts";
import { HTTP_ERRORS } from "./schema.ts";

/**
 * Pages for errors.
 *
 * @see IIS M-HE-1 … M-HE-12
 */
export const customErrors: ModuleSource = {
  name: "CustomErrorModule",
  sections: [HTTP_ERRORS],
  compile({ path, sections }, parts) {
    const section = sections[HTTP_ERRORS.name];
    return section?.place && modules.at(path, section, parts);
  },
  removed: {
    name: "CustomErrorModule",
    response(_x, reply) {
      return reply.error && !reply.isDropped ? emptied(reply) : reply;
    },
  },
};

const modules = new PerSection((section, parts) => new CustomErrorModule(section, parts));

/**
 * Whose an answer is: a `refusal` of the host, which has a page of the host; an answer that a `rule` of web.config
 * wrote; or one that is `complete`, because the backend, a file or the operator gave it.
 */
type Origin = "refusal" | "rule" | "complete";

class CustomErrorModule implements Module {
  readonly name = "CustomErrorModule";
  readonly #parts: CompileParts;
  readonly #pages: ErrorPages;
  readonly #mode: unknown;
  readonly #existing: unknown;

  constructor(section: SectionElement, parts: CompileParts) {
    this.#parts = parts;
    this.#pages = new ErrorPages(section, parts);
    this.#mode = section.settings.errorMode?.value;
    this.#existing = section.settings.existingResponse?.value;
  }

  response(x: Exchange, reply: Reply): Awaitable<Reply> {
    // The page of another exchange has no page of its own: nothing goes round in circles (M-HE-8).
    if (reply.head.status < 400 || x.parent || reply.isDropped) return reply;
    const origin = this.#originOf(reply);
    if (this.#existing === "PassThrough") return origin === "refusal" ? emptied(reply) : reply;
    if (origin === "complete" && this.#existing !== "Replace") return reply;
    if (x.cancellation.isCancelled) return reply;
    return this.#isDetailed(x) ? this.#detailed(x, reply, origin) : this.#custom(x, reply, origin);
  }

  /** @see IIS M-PL-7 */
  #originOf({ error, isOfModule }: Reply): Origin {
    if (!error) return isOfModule ? "rule" : "complete";
    const { code } = error;
    if (code === "host-stopping" || code === "app-offline") return "complete";
    const hasStartPage = code.startsWith("start-") && !this.#parts.disableStartUpErrorPage;
    return hasStartPage ? "complete" : "refusal";
  }

  #isDetailed(x: Exchange): boolean {
    return this.#mode === "Detailed" || (this.#mode === "DetailedLocalOnly" && isLocal(x));
  }

  /** @see IIS M-HE-3, M-HE-4 */
  #detailed(x: Exchange, reply: Reply, origin: Origin): Awaitable<Reply> {
    if (origin === "rule") return reply;
    if (origin === "refusal" && isLocal(x)) return reply; // it has that page already
    return this.#ownPage(x, reply, true);
  }

  #custom(x: Exchange, reply: Reply, origin: Origin): Awaitable<Reply> {
    const { status } = reply.head;
    const subStatus = this.#subStatusOf(reply);
    if (origin === "rule") {
      // What a rule says counts unless web.config has a page for the status (M-RW-60).
      const own = this.#pages.own(status, subStatus);
      return own ? this.#page(x, reply, own) : reply;
    }
    return this.#page(x, reply, this.#pages.at(status, subStatus));
  }

  #page(x: Exchange, reply: Reply, source: PageSource): Awaitable<Reply> {
    switch (source.kind) {
      case "built-in":
        return this.#ownPage(x, reply, false);
      case "file":
        return this.#filePage(x, reply, source.file);
      case "execute":
        return this.#executed(x, reply, source.url);
      case "redirect":
        return this.#redirected(reply, source.url);
    }
  }

  async #filePage(
    x: Exchange,
    reply: Reply,
    file: Extract<PageSource, { kind: "file" }>["file"],
  ): Promise<Reply> {
    const page = await file.read(x.received.fields.getAll("Accept-Language").join(","));
    if (!page) return this.#ownPage(x, reply, false);
    await dropContent(reply.content);
    return withFile(reply, page);
  }

  async #executed(x: Exchange, reply: Reply, url: string): Promise<Reply> {
    const { execute } = this.#parts;
    const page = await execute?.(subRequest(x, url, reply.head.status));
    if (!page || page.error || page.isDropped || page.switched) {
      page?.switched?.close();
      page?.content.cancel();
      return this.#ownPage(x, reply, false);
    }
    await dropContent(reply.content);
    const { status } = reply.head;
    // What the log says of the failure is true as long as the status is.
    const { error } = reply;
    return page.head.status === status && error ? { ...page, error } : page;
  }

  async #redirected(reply: Reply, url: string): Promise<Reply> {
    await dropContent(reply.content);
    return redirectReply(302, url, this.#parts.clock);
  }

  /** Gives an answer with the host's page. */
  async #ownPage(x: Exchange, reply: Reply, isDetailed: boolean): Promise<Reply> {
    const { statusPage } = this.#parts;
    if (!statusPage) return reply;
    const { status, reason } = reply.head;
    const subStatus = this.#subStatusOf(reply);
    const what: ErrorStatus = { status, subStatus, reason, error: reply.error };
    await dropContent(reply.content);
    return withPage(reply, statusPage(x, what, isDetailed));
  }

  /** A failed start without its page is a bad gateway like others. @see ANCM X-5 */
  #subStatusOf({ error, subStatus }: Reply): number {
    if (error?.code.startsWith("start-") && this.#parts.disableStartUpErrorPage) return 3;
    return error?.failure.subStatus ?? subStatus ?? 0;
  }
}
