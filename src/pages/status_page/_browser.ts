/** As much of a browser as the script of the status page uses: it is checked and tested without one. */
export interface Browser {
  readonly document: PageDocument;
  readonly sessionStorage: {
    getItem(name: string): string | null;
    setItem(name: string, value: string): void;
    removeItem(name: string): void;
  };
  readonly fetch: (path: string, init?: RequestInit) => Promise<Response>;
  /** Tells of an error that nothing else tells of. */
  reportError(error: unknown): void;
  setTimeout(action: () => void, ms: number): number;
  clearTimeout(timer: number | undefined): void;
}

/** The document of the page. */
export interface PageDocument {
  title: string;
  getElementById(id: string): PageElement | null;
  createElement(name: string): PageElement;
  createElementNS(namespace: string, name: string): PageElement;
}

/** An element of the page, whatever its kind. */
export interface PageElement {
  textContent: string | null;
  hidden: boolean;
  disabled: boolean;
  checked: boolean;
  value: string;
  className: string;
  open: boolean;
  scrollTop: number;
  readonly scrollHeight: number;
  readonly clientHeight: number;
  readonly childElementCount: number;
  readonly firstElementChild: PageElement | null;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  append(...children: (PageElement | string)[]): void;
  replaceChildren(...children: (PageElement | string)[]): void;
  remove(): void;
  focus(): void;
  showModal(): void;
  close(): void;
  oninput: (() => void) | null;
  onchange: (() => void) | null;
  addEventListener(type: string, listener: (event: PageEvent) => void): void;
}

/** What an element tells. */
export interface PageEvent {
  preventDefault(): void;
}
