import type { Logger } from 'pino';
import type { GloveWorkerConfig } from './config.ts';
import { userByKey } from './modules/auth/index.ts';
import { gloveStreamTopic } from './modules/gloves/index.ts';
import { createSessionStager } from './modules/sessions/index.ts';
import { systemClock as clock, machineUs } from './platform/clock.ts';
import { openDatabaseBeside } from './platform/database/database-beside.ts';
import { createLifecycle, type Lifecycle } from './platform/lifecycle/lifecycle.ts';
import { createMetrics } from './platform/metrics.ts';
import { createExternalBus } from './platform/mqtt/external-bus.ts';
import { handledBy, type Topic } from './platform/mqtt/topic.ts';
import { createStreamStore } from './platform/streams/stream-store.ts';

/** All workers of a site. */
const share = 'dugout-ingest';
/**
 * One of several processes that take in what gloves send, beside an appliance that only watches. Each gets some frames
 * of every glove and acknowledges them when they are on disk; the appliance makes sessions of them.
 */
export function composeGloveWorker(config: GloveWorkerConfig, logger: Logger): Lifecycle {
  const { dataDirectory, siteId: site, mqttUrl: url } = config;
  const name = `dugout-${site}-glove-worker-${config.name}`;
  const database = openDatabaseBeside(dataDirectory);
  const streams = createStreamStore({
    dataDirectory,
    clock,
    onFailure: (error) => logger.error({ err: error }, 'samples could not be stored'),
    onLoss: (session, samples) => logger.error({ session, samples }, 'samples were given up'),
  });
  const stager = createSessionStager({ database, streams, clock, machineUs });
  const stream = handledBy(gloveStreamTopic, ({ params, payload, receivedAt }) =>
    stager.take(params.id, payload, receivedAt),
  ) as unknown as Topic;
  const bus = createExternalBus({
    site,
    topics: [stream],
    url,
    clientId: name,
    share,
    identify(glove, role) {
      const user = database.now.get(userByKey, { key: glove });
      return user?.role === role && user.disabled_at === null ? { name: glove, role, userId: user.id } : null;
    },
    clock,
    logger,
    metrics: createMetrics(),
  });

  return createLifecycle(
    [
      { name: 'database', stop: database.close },
      { name: 'streams', stop: streams.close },
      {
        name: 'broker',
        async start() {
          await bus.start(() => {});
        },
        stop: bus.stop,
      },
    ],
    logger,
    clock,
  );
}
