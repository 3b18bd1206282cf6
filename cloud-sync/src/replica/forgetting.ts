import type { Clock } from '@dugout/appliance/platform/clock.ts';
import type { Logger } from 'pino';
import { commandsStore } from './commands-store.ts';
import { sessionsStore } from './sign-ins-store.ts';
import type { SiteTransactions } from './site-transactions.ts';
import type { Sites } from './sites.ts';

export interface ForgettingDeps {
  readonly sites: Pick<Sites, 'watermarks'>;
  readonly transactions: SiteTransactions;
  readonly clock: Clock;
  readonly logger: Logger;
}

const everyMs = 60_000;
/** Kept this much longer than needed, as at the venue. */
const marginMs = 48 * 3_600_000;

/** What was sent with a command is forgotten when it is over, although nobody waits for it; so are old sign-ins. */
export function forgetWhatIsOver({ sites, transactions, clock, logger }: ForgettingDeps) {
  let running: Promise<void> | undefined;
  let cancel = () => {};

  async function round(): Promise<void> {
    for (const site of (await sites.watermarks()).keys()) {
      await transactions.write(site, commandsStore.forgetBodies);
      await sessionsStore(transactions, site).forgetBefore(clock.now() - marginMs);
    }
  }
  const begin = () => {
    running ??= round()
      .catch((error: unknown) => logger.debug({ err: error }, 'what is over could not be forgotten'))
      .finally(() => {
        running = undefined;
      });
  };
  return {
    start(): void {
      begin();
      cancel = clock.every(everyMs, begin);
    },
    async stop(): Promise<void> {
      cancel();
      await running;
    },
  };
}
