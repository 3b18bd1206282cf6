import { type HealthCheck, NotReady } from './health.ts';

/** Whether devices can connect. */
export const brokerCheck = (broker: { listening(): boolean }): HealthCheck => ({
  name: 'broker',
  check() {
    if (!broker.listening()) throw new NotReady('the MQTT broker does not listen');
  },
});
