import { pino } from 'pino';
import { Registry } from 'prom-client';
import { systemClock } from '../../src/platform/clock.ts';
import { type Broker, type BrokerOptions, createBroker } from '../../src/platform/mqtt/broker.ts';
import { benchTopics, roleOf, site } from './bench-topics.ts';

/** All clients of the work come from one address; the other bounds are the appliance's own. */
const limits = { socketsPerAddress: 4_000 };

const authenticate: BrokerOptions['authenticate'] = async ({ username, password }) => {
  const role = roleOf(username);
  return role !== null && password.toString() === username
    ? { name: username, role, userId: username }
    : null;
};

/** Our broker: topics, sign-in and authorization as in the appliance. `handle` takes what gloves and rigs send. */
export const createBenchBroker = (
  handle: (payload: Buffer) => void | Promise<void>,
  more: Partial<BrokerOptions> = {},
): Broker =>
  createBroker({
    site,
    topics: benchTopics(handle),
    authenticate,
    limits,
    clock: systemClock,
    logger: pino({ level: 'silent' }),
    metrics: new Registry(),
    ...more,
  });
