import { compose } from './compose.ts';
import { loadConfig } from './config.ts';
import { systemClock } from './platform/clock.ts';
import { runUntilStopped } from './platform/lifecycle/run-until-stopped.ts';
import { createLogger } from './platform/logger.ts';
import { withoutUser } from './platform/mqtt/external-address.ts';
import { BadConfiguration } from './settings.ts';
import { startFailure } from './start-failure.ts';

// What is written is guests' and the venue's: nobody else on this machine reads it.
process.umask(0o077);

try {
  const config = loadConfig();
  const logger = createLogger(config.logLevel, process.stdout.isTTY);
  const { lifecycle, ports, bootstrapPassword } = compose(config, logger);
  await runUntilStopped(lifecycle, {
    logger,
    clock: systemClock,
    ready() {
      const password = bootstrapPassword();
      if (password !== null)
        process.stdout.write(`first start: user, mlbtablet, mlbvrgame sign in with ${password}\n`);
      const broker =
        config.mqtt.url === undefined ? { mqtt: ports.mqtt } : { broker: withoutUser(config.mqtt.url) };
      logger.info({ http: ports.http, ...broker, site: config.site.id, profile: config.profile }, 'ready');
    },
  });
} catch (error) {
  process.stderr.write(`${startFailure(error)}\n`);
  process.exitCode = error instanceof BadConfiguration ? 78 : 1;
}
