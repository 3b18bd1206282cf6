import { systemClock } from '@dugout/appliance/platform/clock.ts';
import { runUntilStopped } from '@dugout/appliance/platform/lifecycle/run-until-stopped.ts';
import { createLogger } from '@dugout/appliance/platform/logger.ts';
import { BadConfiguration } from '@dugout/appliance/settings';
import { composeDaemon } from './compose-daemon.ts';
import { loadDaemonConfig } from './config.ts';

// What is written is guests' and the venue's: nobody else on this machine reads it.
process.umask(0o077);

try {
  const config = loadDaemonConfig();
  const logger = createLogger(config.logLevel, process.stdout.isTTY);
  const { lifecycle } = composeDaemon(config, logger);
  await runUntilStopped(lifecycle, {
    logger,
    clock: systemClock,
    ready: () =>
      logger.info(
        { site: config.site.id, profile: config.profile, cloud: config.cloudUrl !== undefined },
        'ready',
      ),
  });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : 'the sync daemon could not start'}\n`);
  process.exitCode = error instanceof BadConfiguration ? 78 : 1;
}
