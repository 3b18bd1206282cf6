import { type Answer, type Order, orders } from './orders.ts';

const carryOut = (asked: Order): Promise<unknown> => {
  switch (asked.what) {
    case 'work':
      return orders.work(asked.order);
    case 'hold':
      return orders.hold(asked.order);
    case 'send':
      return orders.send(asked.order);
  }
};
const reply = (answer: Answer) => process.send?.(answer);

/** A process of its own, so that the clients' work is not the brokers' delay. */
process.on('message', (asked: Order) => {
  carryOut(asked).then(
    (done) => reply({ done }),
    (error: unknown) => reply({ failed: String(error) }),
  );
});
