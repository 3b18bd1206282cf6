import { doWork } from './do-work.ts';
import type { Order } from './work.ts';

/** A process of its own, so that the clients' work is not the brokers' delay. */
process.on('message', (order: Order) => {
  doWork(order).then(
    (worked) => process.send?.({ worked }),
    (error: unknown) => process.send?.({ failed: String(error) }),
  );
});
