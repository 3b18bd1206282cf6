import { type Answer, type Order, orders } from './orders.ts';

const reply = (answer: Answer) => process.send?.(answer);

/** A process of its own, so that the clients' work is not the appliance's delay. */
process.on('message', ({ what, order }: Order) => {
  const carryOut = orders[what] as (...given: readonly unknown[]) => Promise<unknown>;
  carryOut(...order).then(
    (done) => reply({ done }),
    (error: unknown) => reply({ failed: String(error) }),
  );
});
