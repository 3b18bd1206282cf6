import { expect, test } from 'vitest';
import { createMessageQueue } from './message-queue.ts';

const publish = (brokerCounter: number, size = 1) => ({
  cmd: 'publish',
  brokerCounter,
  payload: Buffer.alloc(size),
});

test('keeps messages in order until they are acknowledged', () => {
  const queue = createMessageQueue(10, 100);
  for (const number of [1, 2, 3]) queue.add(publish(number));
  queue.update({ ...publish(2), messageId: 20 });
  expect(queue.take({ messageId: 20 })).toMatchObject({ brokerCounter: 2 });
  expect(queue.take({ messageId: 20 })).toBeUndefined();
  queue.resume();
  queue.add(publish(4));
  expect(queue.waiting().map(({ brokerCounter }) => brokerCounter)).toEqual([1, 3]);
});

test('puts the PUBREL in the place of its message', () => {
  const queue = createMessageQueue(10, 100);
  queue.add(publish(1));
  queue.add(publish(2));
  queue.update({ ...publish(1), messageId: 10 });
  expect(queue.update({ cmd: 'pubrel', messageId: 10 })).toBe(true);
  queue.resume();
  expect(queue.waiting().map(({ cmd }) => cmd)).toEqual(['pubrel', 'publish']);
  expect(queue.take({ messageId: 10 })).toMatchObject({ cmd: 'pubrel' });
  expect(queue.size()).toBe(1);
});

test('a message that is sent again under another id is acknowledged under that one', () => {
  const queue = createMessageQueue(10, 100);
  queue.add(publish(1));
  queue.update({ ...publish(1), messageId: 10 });
  queue.update({ ...publish(1), messageId: 11 });
  expect(queue.take({ messageId: 10 })).toBeUndefined();
  expect(queue.take({ messageId: 11 })).toBeDefined();
});

test('one that was never sent goes by its number, and takes no other with it', () => {
  const queue = createMessageQueue(10, 100);
  queue.add(publish(1));
  queue.add(publish(2));
  expect(queue.take({ brokerCounter: 2 })).toMatchObject({ brokerCounter: 2 });
  expect(queue.size()).toBe(1);
});

test('is bounded in messages and in bytes, and has room again', () => {
  const queue = createMessageQueue(3, 100);
  expect(
    [publish(1, 60), publish(2, 60), publish(3, 40), publish(4, 0), publish(5, 0)].map(queue.add),
  ).toEqual([true, false, true, true, false]);
  queue.take({ brokerCounter: 1 });
  expect(queue.add(publish(6, 60))).toBe(true);
  expect(queue.update(publish(9))).toBe(false);
});
