import { type HealthCheck, NotReady } from './health.ts';

/** Whether devices can be heard and told. */
export const brokerCheck = (transport: { trouble(): string | null }): HealthCheck => ({
  name: 'broker',
  check() {
    const trouble = transport.trouble();
    if (trouble !== null) throw new NotReady(trouble);
  },
});
