import { expect, test } from 'vitest';
import { createOutbox, type Outbound } from './external-outbox.ts';

/** An outbox whose broker takes a message when it is told to. */
function anOutbox(bounds: { messages?: number; bytes?: number; inFlight?: number } = {}) {
  const sent: string[] = [];
  const dropped: string[] = [];
  const waiting: ((error?: Error) => void)[] = [];
  let fellBehind = 0;
  const outbox = createOutbox({
    bounds: { messages: 10, bytes: 1_000, inFlight: 2, ...bounds },
    send(message, taken) {
      sent.push(message.address);
      if (message.qos > 0) waiting.push(taken);
    },
    dropped: (reason) => void dropped.push(reason),
    fellBehind: () => {
      fellBehind += 1;
    },
  });
  return {
    outbox,
    sent,
    dropped,
    fellBehind: () => fellBehind,
    put: (address: string, more: Partial<Outbound> = {}) =>
      outbox.put({ address, payload: Buffer.from(address), qos: 1, retain: false, ...more }),
    async take(error?: Error): Promise<void> {
      waiting.shift()?.(error);
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

test('no more is under way than the bound, and in order', async () => {
  const { outbox, put, sent, take } = anOutbox();
  outbox.open();
  for (const address of ['a', 'b', 'c', 'd']) put(address);
  expect(sent).toEqual(['a', 'b']);
  await take();
  expect(sent).toEqual(['a', 'b', 'c']);
  await take();
  await take();
  await take();
  expect(sent).toEqual(['a', 'b', 'c', 'd']);
  expect(outbox.size()).toBe(0);
});

test('what the broker did not take is sent again, first', async () => {
  const { outbox, put, sent, take } = anOutbox({ inFlight: 1 });
  outbox.open();
  put('a');
  put('b');
  await take(new Error('Connection closed'));
  await take();
  expect(sent).toEqual(['a', 'a', 'b']);
});

test('while the broker is away a command waits, and neither state nor samples', () => {
  const { outbox, put, sent, dropped } = anOutbox();
  put('command');
  put('state', { retain: true });
  put('sample', { qos: 0 });
  expect(dropped).toEqual(['away']);
  outbox.open();
  expect(sent).toEqual(['command']);
});

test('state that waited when the broker went is not sent late', async () => {
  const { outbox, put, sent, take } = anOutbox({ inFlight: 1 });
  outbox.open();
  put('a');
  put('state', { retain: true });
  put('b');
  outbox.shut();
  await take();
  outbox.open();
  expect(sent).toEqual(['a', 'b']);
});

test.each([
  ['messages', { messages: 3 }],
  ['bytes', { bytes: 30 }],
])('beyond its bound of %s the oldest goes', (_what, bounds) => {
  const { outbox, put, sent, dropped } = anOutbox({ inFlight: 100, ...bounds });
  for (let at = 0; at < 5; at += 1) put(`number000${at}`);
  expect(dropped).toEqual(['outbox_full', 'outbox_full']);
  outbox.open();
  expect(sent).toEqual(['number0002', 'number0003', 'number0004']);
});

test('a broker that is there and too slow for the state is told it anew', () => {
  const { outbox, put, fellBehind } = anOutbox({ messages: 2, inFlight: 1 });
  outbox.open();
  put('under way');
  put('state', { retain: true });
  put('b');
  expect(fellBehind()).toBe(0);
  put('c');
  expect(fellBehind()).toBe(1);
});
