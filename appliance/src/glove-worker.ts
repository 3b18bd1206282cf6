import { composeGloveWorker } from './compose-glove-worker.ts';
import { loadGloveWorkerConfig } from './config.ts';
import { systemClock } from './platform/clock.ts';
import { runUntilStopped } from './platform/lifecycle/run-until-stopped.ts';
import { createLogger } from './platform/logger.ts';
import { withoutUser } from './platform/mqtt/external-address.ts';
import { BadConfiguration } from './settings.ts';
import { startFailure } from './start-failure.ts';

// What is written is guests' and the venue's: nobody else on this machine reads it.
process.umask(0o077);

try {
  const config = loadGloveWorkerConfig();
  const logger = createLogger(config.logLevel, process.stdout.isTTY);
  await runUntilStopped(composeGloveWorker(config, logger), {
    logger,
    clock: systemClock,
    ready: () =>
      logger.info({ worker: config.name, broker: withoutUser(config.mqttUrl), site: config.siteId }, 'ready'),
  });
} catch (error) {
  process.stderr.write(`${startFailure(error)}\n`);
  process.exitCode = error instanceof BadConfiguration ? 78 : 1;
}
