import { describe, expect, test } from 'vitest';
import { ladder, reasonToClimb, stepAfter, textFailure } from './recall.ts';

describe('what a text says about reaching the guest', () => {
  test.each([
    ['pending', null, null],
    ['pending', 'busy', null],
    ['pending', 'unreachable', 'unreachable'],
    ['sending', null, null],
    ['sent', null, null],
    ['sent', 'staff_tell', 'staff_tell'],
    ['delivered', null, null],
    ['failed', 'no_such_number', 'no_such_number'],
    ['failed', null, 'failed'],
    ['expired', 'too_late', 'too_late'],
    ['unknown', 'timeout', 'timeout'],
    ['dropped', 'opted_out', 'opted_out'],
    ['dropped', 'not_needed', null],
    ['dropped', 'undone', null],
  ])('%s, %s: %s', (state, reason, failure) => {
    expect(textFailure(state, reason)).toBe(failure);
  });
});

describe('why a guest is looked for more loudly', () => {
  test.each([
    ['sent', null, 'unanswered'],
    ['sent', 'staff_tell', 'staff_tell'],
    ['delivered', null, 'unanswered'],
    ['pending', null, 'text_waits'],
    ['pending', 'unreachable', 'unreachable'],
    ['sending', null, 'text_waits'],
    ['failed', 'blocked', 'blocked'],
    ['dropped', 'no_consent', 'no_consent'],
    ['dropped', 'not_needed', 'unanswered'],
    [null, null, 'unanswered'],
  ] as const)('with a text that is %s, %s: %s', (message_state, message_reason, reason) => {
    expect(reasonToClimb({ message_state, message_reason })).toBe(reason);
  });
});

test('the ladder goes up within the grace, one rung after the other', () => {
  const shares = ladder.map(({ share }) => share);
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  expect(Math.min(...shares)).toBeGreaterThan(0);
  expect(Math.max(...shares)).toBeLessThan(1);
  const climbed = [];
  for (let step = stepAfter(0); step !== undefined; step = stepAfter(step.share)) climbed.push(step.rung);
  expect(climbed).toEqual(['board', 'tablet', 'staff']);
});
