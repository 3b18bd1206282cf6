/**
 * The whole appliance, and on the same event loop a broker with the topics of the work: as if its own broker took the
 * stream, without two hundred gloves to enrol. Argument: port of that broker.
 */
import { compose } from '../../../src/compose.ts';
import { loadConfig } from '../../../src/config.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { runUntilStopped } from '../../../src/platform/lifecycle/run-until-stopped.ts';
import { createLogger } from '../../../src/platform/logger.ts';
import { createBenchBroker } from '../bench-broker.ts';

const [port = '0'] = process.argv.slice(2);
const config = loadConfig();
const logger = createLogger(config.logLevel, false);
await createBenchBroker(() => {}).start({ port: Number(port), host: '127.0.0.1' });
const { lifecycle } = compose(config, logger);
await runUntilStopped(lifecycle, { logger, clock: systemClock });
