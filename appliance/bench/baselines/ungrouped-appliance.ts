/** The appliance with grouping switched off: each write has a transaction and a sync of its own. Else as `main.ts`. */
import { compose } from '../../src/compose.ts';
import { loadConfig } from '../../src/config.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { runUntilStopped } from '../../src/platform/lifecycle/run-until-stopped.ts';
import { createLogger } from '../../src/platform/logger.ts';

const config = loadConfig();
const logger = createLogger(config.logLevel, false);
const { lifecycle } = compose(config, logger, { grouping: false });
await runUntilStopped(lifecycle, { logger, clock: systemClock });
