import type { Browser, BrowserContext, BrowserContextOptions, ConsoleMessage, Page } from 'playwright-core';

/** Everything that a browser did which a venue without internet, or an engineer, would not forgive. */
export interface Witness {
  open(url: string, options?: BrowserContextOptions): Promise<Page>;
  /** Addresses that were asked for and are not the appliance's. */
  readonly foreignRequests: readonly string[];
  /** Errors and warnings in the consoles, and exceptions. */
  readonly complaints: readonly string[];
  /** While this runs, a request may fail: the appliance is away on purpose. */
  expectOutage(during: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

const patienceMs = 20_000;

/** Opens each screen in a browser profile of its own, as each device of a venue has, and watches all of them. */
export function aWitness(browser: Browser, home: string): Witness {
  const contexts: BrowserContext[] = [];
  const foreignRequests: string[] = [];
  const complaints: string[] = [];
  const { host } = new URL(home);
  let outage = false;

  async function newContext(options: BrowserContextOptions): Promise<BrowserContext> {
    const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
    context.setDefaultTimeout(patienceMs);
    contexts.push(context);
    context.on('request', (request) => {
      const url = new URL(request.url());
      if (!['data:', 'blob:'].includes(url.protocol) && url.host !== host)
        foreignRequests.push(request.url());
    });
    context.on('console', (message) => {
      const serious = message.type() === 'error' || message.type() === 'warning';
      if (serious && !isExpected(message)) complaints.push(`${message.page()?.url()}: ${message.text()}`);
    });
    context.on('weberror', (error) => complaints.push(`${error.page()?.url()}: ${error.error().message}`));
    return context;
  }

  function isExpected(message: ConsoleMessage): boolean {
    if (!message.text().startsWith('Failed to load resource')) return false;
    // A refused sign-in, and that nobody is signed in yet, are an error to the browser and an answer to the screen.
    return (
      outage ||
      /^(?:\/sites\/[^/]+)?\/api\/(?:session|login)$/u.test(new URL(message.location().url).pathname)
    );
  }

  return {
    foreignRequests,
    complaints,
    async open(url, options = {}) {
      const page = await (await newContext(options)).newPage();
      await page.goto(url);
      return page;
    },
    async expectOutage(during) {
      outage = true;
      await during();
      outage = false;
    },
    async close() {
      await Promise.all(contexts.map((context) => context.close()));
    },
  };
}
