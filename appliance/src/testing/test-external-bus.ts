import { pino } from 'pino';
import { Registry } from 'prom-client';
import { onTestFinished } from 'vitest';
import { systemClock } from '../platform/clock.ts';
import { createExternalBus, type ExternalBusOptions } from '../platform/mqtt/external-bus.ts';
import type { MqttTransport } from '../platform/mqtt/transport.ts';
import { identityOf, site, testTopics, until } from './test-broker.ts';

export interface TestExternalBusOptions extends Partial<ExternalBusOptions> {
  readonly restore?: (bus: MqttTransport) => void | Promise<void>;
}

/** A bus over the broker at `url`, stopped when the test is over. */
export async function aTestExternalBus(url: string, { restore, ...overrides }: TestExternalBusOptions = {}) {
  const metrics = new Registry();
  const bus = createExternalBus({
    site,
    topics: testTopics,
    url,
    identify: (name, role) => {
      const identity = identityOf(name);
      return identity?.role === role ? identity : null;
    },
    clock: systemClock,
    logger: pino({ level: 'silent' }),
    metrics,
    ...overrides,
  });
  await bus.start(() => restore?.(bus));
  onTestFinished(() => bus.stop());
  const metric = async (name: string, labels: Record<string, string> = {}): Promise<number> => {
    const values = (await metrics.getSingleMetric(name)?.get())?.values ?? [];
    return values
      .filter((value) => Object.entries(labels).every(([label, text]) => value.labels[label] === text))
      .reduce((sum, { value }) => sum + value, 0);
  };
  return {
    bus,
    metric,
    refused: (reason: string) => metric('dugout_mqtt_refused_total', { reason }),
    dropped: (reason: string) => metric('dugout_mqtt_dropped_total', { reason }),
    /** Connected and subscribed. */
    ready: () => until(() => bus.trouble() === null),
  };
}
