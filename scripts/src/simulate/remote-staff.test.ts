import { expect, test } from 'vitest';
import { outcomeDisagreements } from './remote-staff.ts';

test('what the replica tells of an action is what the venue has written down, or it is said', () => {
  const told = new Map([
    ['a', 'applied'],
    ['b', 'applied'],
    ['c', 'queued'],
  ] as const);
  expect(outcomeDisagreements(told, new Map([...told]))).toEqual([]);
  const found = outcomeDisagreements(
    told,
    new Map([
      ['a', 'applied'],
      ['b', 'conflict'],
    ]),
  );
  expect(found).toHaveLength(2);
  expect(found[0]).toContain('b is applied at the replica and conflict at the venue');
  expect(found[1]).toContain('unknown at the venue');
});
