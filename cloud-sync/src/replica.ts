import { systemClock } from '@dugout/appliance/platform/clock.ts';
import { runUntilStopped } from '@dugout/appliance/platform/lifecycle/run-until-stopped.ts';
import { createLogger } from '@dugout/appliance/platform/logger.ts';
import { BadConfiguration } from '@dugout/appliance/settings';
import { composeReplica } from './compose-replica.ts';
import { loadReplicaConfig } from './replica/replica-config.ts';

process.umask(0o077);

try {
  const config = loadReplicaConfig(process.env);
  const logger = createLogger(config.logLevel, process.stdout.isTTY);
  const { lifecycle, ports } = composeReplica(config, logger);
  await runUntilStopped(lifecycle, {
    logger,
    clock: systemClock,
    ready: () => logger.info({ http: ports.http }, 'ready'),
  });
} catch (error) {
  process.stderr.write(`${startFailure(error)}\n`);
  process.exitCode = error instanceof BadConfiguration ? 78 : 1;
}

/** Why the replica did not start, and how to mend it where that is known. */
function startFailure(error: unknown): string {
  if (!(error instanceof Error)) return 'the replica could not start';
  const { code, port } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE')
    return `port ${port} is taken: stop what listens there, or set DUGOUT_REPLICA_PORT to a free one`;
  if (code === 'EACCES' && port !== undefined)
    return `this user may not open port ${port}: set DUGOUT_REPLICA_PORT to a port from 1024 on`;
  return error.message;
}
